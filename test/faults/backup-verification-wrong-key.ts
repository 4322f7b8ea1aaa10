import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

export default {
  breaks: 'backups are restored with another key than they were written with',
  step: 7,
  in: 'bank',
  finds: { rule: 'restores', subject: 'StatefulSet/object-store' },
  plant: () =>
    change({ object: 'cronjob/verify-backup' }, [
      {
        op: 'add',
        path: '/spec/jobTemplate/spec/template/spec/containers/0/env',
        value: [{ name: 'PGBACKREST_REPO1_CIPHER_PASS', value: 'another' }],
      },
    ]),
} satisfies Fault
