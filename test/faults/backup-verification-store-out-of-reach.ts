import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change, healAll, takeObjectAway } from '../support/planted-changes.ts'

export default {
  breaks: 'a restore does not reach the store of backups',
  step: 7,
  in: 'bank',
  finds: { rule: 'restores', subject: 'StatefulSet/object-store', verdict: 'could not verify' },
  plant: async () => {
    const open = await takeObjectAway({ object: 'networkpolicy/allow-verify-backup-to-object-store-egress' })
    try {
      // It would be tried for nearly two minutes.
      const patient = await change({ object: 'cronjob/verify-backup' }, [
        {
          op: 'add',
          path: '/spec/jobTemplate/spec/template/spec/containers/0/env',
          value: [{ name: 'PGBACKREST_IO_TIMEOUT', value: '1s' }],
        },
      ])
      return healAll(open, patient)
    } catch (error) {
      await open()
      throw error
    }
  },
} satisfies Fault
