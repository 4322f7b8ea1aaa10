import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change, pastPolicy } from '../support/planted-changes.ts'

export default {
  breaks: 'what runs at night may run as root',
  step: 5,
  in: 'bank',
  finds: { rule: 'runs-restricted', subject: 'CronJob/backup-full' },
  also: [
    { rule: 'has-no-token', subject: 'CronJob/backup-full' },
    { rule: 'live-drift', subject: 'CronJob/backup-full' },
    { rule: 'live-drift', subject: 'ValidatingAdmissionPolicyBinding/least-privilege-dev' },
  ],
  plant: () =>
    pastPolicy('least-privilege', () =>
      change({ object: 'cronjob/backup-full' }, [
        {
          op: 'replace',
          path: '/spec/jobTemplate/spec/template/spec/securityContext/runAsNonRoot',
          value: false,
        },
      ]),
    ),
} satisfies Fault
