import { AsyncLocalStorage } from 'node:async_hooks'
import { constants } from 'node:os'
import { messageOf, UserError } from './errors.ts'

type Cleanup = () => Promise<void>

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const pending: Cleanup[] = []

/** True in work that is cleaned up behind, false in the cleanup and all that it does. */
const working = new AsyncLocalStorage<boolean>()
let ending = false

const onSignal = (signal: NodeJS.Signals) => void interrupted(signal)

async function interrupted(signal: NodeJS.Signals): Promise<void> {
  ending = true
  unlisten()
  for (const name of SIGNALS) process.on(name, () => console.error('  · still cleaning up'))
  // What was done last is undone first, each even if another fails.
  for (const cleanup of pending.toReversed())
    await cleanup().catch((error: unknown) => console.error(messageOf(error)))
  process.exit(128 + constants.signals[signal])
}

function unlisten(): void {
  for (const name of SIGNALS) process.off(name, onSignal)
}

/**
 * Is asked before something begins that a cleanup would have to undo: the cleanup may have been here already.
 * @throws UserError if the process is told to end, and work asks
 */
export function refuseIfEnding(): void {
  if (ending && working.getStore()) throw new UserError('interrupted')
}

/**
 * Runs `work` and then `cleanup` in any case: after success, after a failure, and when the process is told to end.
 * @throws what either of them throws; if both do, what `work` throws as the cause of an error that names both
 */
export async function cleaningUp<T>(work: () => Promise<T>, cleanup: Cleanup): Promise<T> {
  let done: Promise<void> | undefined
  // Interrupted, work fails as well, since the commands that it waits for are interrupted too.
  const once = () => (done ??= working.run(false, cleanup))
  if (pending.length === 0) for (const name of SIGNALS) process.on(name, onSignal)
  pending.push(once)
  try {
    const result = await working.run(working.getStore() ?? true, work)
    await once()
    return result
  } catch (error) {
    await once().catch((also: unknown) => {
      if (also === error) throw error
      throw new UserError(`${messageOf(error)}; and then: ${messageOf(also)}`, { cause: error })
    })
    throw error
  } finally {
    pending.splice(pending.indexOf(once), 1)
    if (pending.length === 0) unlisten()
  }
}
