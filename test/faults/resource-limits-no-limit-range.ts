import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { takeObjectAway } from '../support/planted-changes.ts'

export default {
  breaks: 'a container that says nothing is given no limits',
  step: 5,
  in: 'bank',
  finds: { rule: 'limit-range-completes', subject: 'Namespace/dwaybank' },
  also: [{ rule: 'live-drift', subject: 'LimitRange/containers' }],
  plant: () => takeObjectAway({ object: 'limitrange/containers' }),
} satisfies Fault
