import { kubectl } from '../../scripts/lib/shell.ts'
import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { healAll, takeObjectAway } from '../support/planted-changes.ts'

const node = ['--namespace', 'dwaybank-node']
const policy = { object: 'networkpolicy/allow-vlagent-to-victorialogs-egress', namespace: 'dwaybank-node' }

/** A connection that is open stays so: the next pod has none. */
async function startAgain(): Promise<void> {
  await kubectl([...node, 'delete', 'pods', '--selector=app.kubernetes.io/name=vlagent', '--timeout=90s'])
  await kubectl([...node, 'rollout', 'status', 'daemonset/vlagent', '--timeout=90s'])
}

export default {
  breaks: 'log lines are read on the node, but do not reach their store',
  step: 6,
  in: 'bank',
  finds: { rule: 'telemetry-arrives', subject: 'redis logs' },
  plant: async () => {
    const heal = await takeObjectAway(policy)
    try {
      await startAgain()
      return healAll(startAgain, heal)
    } catch (error) {
      await heal()
      throw error
    }
  },
} satisfies Fault
