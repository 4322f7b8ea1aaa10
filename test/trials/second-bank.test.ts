import { expect, it } from 'vitest'
import { dway, trialNames } from '../support/trial.ts'

it('the trial bank is a whole bank in a cluster of its own', async () => {
  const status = await dway('status', '--json')
  expect(status.exitCode, status.stderr).toBe(0)
  expect(JSON.parse(status.stdout)).toMatchObject({ up: true })
  expect((await dway('up')).stdout).toContain(trialNames.cluster)
})
