import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change, pastPolicy } from '../support/planted-changes.ts'

export default {
  breaks: "a container's root can be written to",
  step: 5,
  in: 'bank',
  finds: { rule: 'root-read-only', subject: 'Deployment/redis-exporter' },
  also: [
    { rule: 'live-drift', subject: 'Deployment/redis-exporter' },
    { rule: 'live-drift', subject: 'ValidatingAdmissionPolicyBinding/least-privilege-dev' },
  ],
  plant: () =>
    pastPolicy('least-privilege', () =>
      change({ object: 'deployment/redis-exporter' }, [
        {
          op: 'replace',
          path: '/spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem',
          value: false,
        },
      ]),
    ),
} satisfies Fault
