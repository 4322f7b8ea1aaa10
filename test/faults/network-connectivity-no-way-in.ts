import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { takeObjectAway } from '../support/planted-changes.ts'

export default {
  breaks: 'Redis lets redis-commander in no more',
  step: 4,
  in: 'bank',
  finds: { rule: 'connections', subject: 'redis-commander → redis:6379 works' },
  plant: () => takeObjectAway({ object: 'networkpolicy/allow-redis-commander-to-redis-ingress' }),
} satisfies Fault
