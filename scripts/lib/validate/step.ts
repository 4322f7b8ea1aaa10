import type { Finding } from './finding.ts'

/** The numbers of the steps, in the order in which they run. */
export const stepNumbers = [1, 2, 3, 4, 5, 6, 7, 8] as const
export type StepNumber = (typeof stepNumbers)[number]

/** What a step looks at. */
export interface Target {
  /** The tree whose files are validated: the checkout, or a copy in which a fault was planted. */
  tree: string
  /** Aborted when the verb is interrupted. */
  signal: AbortSignal
}

/** One of the eight steps of the validation. */
export interface Step {
  number: StepNumber
  /** What it is called on a screen and in a report. */
  name: string
  /** What a pass of it proves, in a sentence for people who never saw the project. */
  proves: string
  /** What must be there: the Docker engine alone, or the running bank. */
  needs: 'engine' | 'bank'
  /**
   * Looks at everything the step is about. What is wrong is a finding, and so is what could not be looked at.
   * @throws only if nothing at all could be looked at
   */
  run(target: Target): Promise<Finding[]>
}
