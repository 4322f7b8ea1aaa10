import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

export default {
  breaks: 'no night has a backup restored any more',
  step: 7,
  in: 'bank',
  finds: { rule: 'runs-each-night', subject: 'CronJob/verify-backup' },
  plant: () =>
    change({ object: 'cronjob/verify-backup' }, [{ op: 'add', path: '/spec/suspend', value: true }]),
} satisfies Fault
