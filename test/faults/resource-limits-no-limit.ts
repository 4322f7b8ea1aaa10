import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change, pastPolicy } from '../support/planted-changes.ts'

export default {
  breaks: 'a service no longer says how much memory it may use',
  step: 5,
  in: 'bank',
  finds: { rule: 'declares-limits', subject: 'Deployment/mailbox' },
  also: [
    { rule: 'live-drift', subject: 'Deployment/mailbox' },
    { rule: 'live-drift', subject: 'ValidatingAdmissionPolicyBinding/resources-dev' },
  ],
  plant: () =>
    pastPolicy('resources', () =>
      change({ object: 'deployment/mailbox' }, [
        { op: 'remove', path: '/spec/template/spec/containers/0/resources/limits/memory' },
      ]),
    ),
} satisfies Fault
