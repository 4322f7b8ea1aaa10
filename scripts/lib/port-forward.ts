import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { UserError } from './errors.ts'
import { cleaningUp } from './on-exit.ts'
import { names } from './settings.ts'
import { $, lastLine } from './shell.ts'

/**
 * Opens a way to a port of a pod while `work` runs: policies let nobody of the outside in, but who may use kubectl.
 * @param unreachable what to say if the pod does not run, with the reason
 * @param work gets the port of 127.0.0.1 that leads there
 * @throws UserError if it does not run
 */
export async function withPortForward<T>(
  pod: string,
  port: number,
  unreachable: (why: string) => string,
  work: (port: number) => Promise<T>,
): Promise<T> {
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
      const [, local] = Array.isArray(first) ? (/^Forwarding from \S+:(\d+) /.exec(first[0]) ?? []) : []
      if (local === undefined) {
        const why = Array.isArray(first) ? first[0] : lastLine(first)
        throw new UserError(unreachable(why), { remedy: './dway status shows what runs' })
      }
      return work(Number(local))
    },
    async () => {
      if (!ended && forward.pid !== undefined) process.kill(-forward.pid)
      await forward
    },
  )
}
