import { UserError } from '../errors.ts'
import { withPortForward } from '../port-forward.ts'
import { profile } from '../profile.ts'

export const silent = (why: string) => `the log store does not answer: ${why}`

/**
 * Opens a way to a log store's pod while `work` runs.
 * @throws UserError if this profile has no store, or if its pod does not run
 */
export async function withForward<T>(
  pod: string,
  port: number,
  work: (origin: string) => Promise<T>,
): Promise<T> {
  if (profile() === 'core')
    throw new UserError('the profile core keeps no logs to search: ./dway up --profile full does')
  return withPortForward(pod, port, silent, (local) => work(`http://127.0.0.1:${local}`))
}
