import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

export default {
  breaks: 'of a service no pod runs whose limits could be looked at',
  step: 5,
  in: 'bank',
  finds: { rule: 'limits-in-force', subject: 'Deployment/mailbox', verdict: 'could not verify' },
  also: ['live-drift', 'runs-restricted', 'root-read-only', 'has-no-token'].map((rule) => ({
    rule,
    subject: 'Deployment/mailbox',
  })),
  plant: () =>
    change({ object: 'deployment/mailbox' }, [{ op: 'replace', path: '/spec/replicas', value: 0 }]),
} satisfies Fault
