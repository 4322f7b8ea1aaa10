import { reachCluster } from './cluster.ts'
import { containerState } from './engine.ts'
import { UserError } from './errors.ts'
import { names } from './settings.ts'

/**
 * For verbs that need this checkout's cluster and don't start it.
 * @throws UserError that says what is missing and what to do
 */
export async function requireCluster(): Promise<void> {
  if (await reachCluster()) return
  const state = await containerState(names.node)
  if (state === undefined) throw new UserError('nothing is up: ./dway up starts the bank')
  const why = state === 'stopped' ? 'the node is stopped' : 'the cluster does not answer'
  throw new UserError(`nothing is up, ${why}: ./dway up heals it`)
}
