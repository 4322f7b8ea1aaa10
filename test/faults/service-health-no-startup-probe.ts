import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

export default {
  breaks: 'a slow service is ended before it has started',
  step: 3,
  in: 'bank',
  finds: { rule: 'has-probes', subject: 'Deployment/mailbox' },
  plant: () =>
    change({ object: 'deployment/mailbox' }, [
      { op: 'remove', path: '/spec/template/spec/containers/0/startupProbe' },
    ]),
} satisfies Fault
