import { cleaningUp } from '../on-exit.ts'
import { ensureUp } from '../stack.ts'
import { step } from '../steps.ts'
import { stopTilt, tiltRuns } from '../tilt.ts'

/** Stops Tilt for as long as something is measured: it reads every line that the services log, and deploys what is edited. */
export async function withoutTilt<T>(work: () => Promise<T>): Promise<T> {
  if (!(await tiltRuns())) return work()
  return cleaningUp(
    async () => {
      await step('stop Tilt', () => stopTilt())
      return work()
    },
    async () => {
      await ensureUp()
    },
  )
}
