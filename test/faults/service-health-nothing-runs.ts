import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

export default {
  breaks: 'of a service no pod runs',
  step: 3,
  in: 'bank',
  finds: { rule: 'probes-answer', subject: 'Deployment/mailbox' },
  plant: () =>
    change({ object: 'deployment/mailbox' }, [{ op: 'replace', path: '/spec/replicas', value: 0 }]),
} satisfies Fault
