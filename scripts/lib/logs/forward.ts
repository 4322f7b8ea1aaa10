import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { UserError } from '../errors.ts'
import { cleaningUp } from '../on-exit.ts'
import { profile } from '../profile.ts'
import { names } from '../settings.ts'
import { $, lastLine } from '../shell.ts'

export const silent = (why: string) => `the log store does not answer: ${why}`

/**
 * Opens a way to a log store's pod while `work` runs: policies let nobody of the outside in, but who may use kubectl.
 * @throws UserError if this profile has no store, or if its pod does not run
 */
export async function withForward<T>(
  pod: string,
  port: number,
  work: (origin: string) => Promise<T>,
): Promise<T> {
  if (profile() === 'core')
    throw new UserError('the profile core keeps no logs to search: ./dway up --profile full does')
  const bank = ['--context', names.context, '--namespace', names.namespace]
  // A process group, so that it can be ended: the shell alone would leave kubectl behind.
  const forward = $({
    detached: true,
    nothrow: true,
  })`kubectl ${bank} port-forward --address=127.0.0.1 pod/${pod} :${port}`
  let ended = false
  void forward.then(() => (ended = true))
  const opened = once(createInterface({ input: forward.stdout }), 'line') as Promise<[string]>
  return cleaningUp(
    async () => {
      const first = await Promise.race([opened, forward])
      const [, origin] = Array.isArray(first) ? (/^Forwarding from (\S+) /.exec(first[0]) ?? []) : []
      if (origin === undefined) {
        const why = Array.isArray(first) ? first[0] : lastLine(first)
        throw new UserError(silent(why), { remedy: './dway status shows what runs' })
      }
      return work(`http://${origin}`)
    },
    async () => {
      if (!ended && forward.pid !== undefined) process.kill(-forward.pid)
      await forward
    },
  )
}
