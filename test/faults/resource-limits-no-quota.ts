import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { takeObjectAway } from '../support/planted-changes.ts'

export default {
  breaks: 'nothing bounds what all pods together may use',
  step: 5,
  in: 'bank',
  finds: { rule: 'quota-refuses', subject: 'Namespace/dwaybank' },
  also: [{ rule: 'live-drift', subject: 'ResourceQuota/pods' }],
  plant: () => takeObjectAway({ object: 'resourcequota/pods' }),
} satisfies Fault
