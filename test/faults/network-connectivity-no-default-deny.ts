import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { takeObjectAway } from '../support/planted-changes.ts'

export default {
  breaks: 'nothing is denied by default',
  step: 4,
  in: 'bank',
  finds: { rule: 'connections', subject: 'deny by default' },
  plant: () => takeObjectAway({ object: 'networkpolicy/default-deny' }),
} satisfies Fault
