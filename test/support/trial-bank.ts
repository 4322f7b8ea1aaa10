import { shareLayers } from './layers.ts'
import { dway, makeTrialCheckout, removeTrial, succeeded, trialRoot } from './trial.ts'

/** vitest's global setup of the trials: one second bank for all of them. What it returns takes it down. */
export default async function startTrialBank(): Promise<() => Promise<void>> {
  await removeTrial()
  makeTrialCheckout()
  await shareLayers(trialRoot)
  try {
    succeeded('the trial bank did not come up', await dway('up'))
  } catch (error) {
    await removeTrial()
    throw error
  }
  return removeTrial
}
