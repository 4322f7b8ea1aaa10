import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

const probe = '/spec/template/spec/containers/0/livenessProbe'

export default {
  breaks: 'the api is started again when a store is gone',
  step: 3,
  in: 'bank',
  finds: { rule: 'liveness-outlives-stores', subject: 'Deployment/api' },
  plant: () =>
    change({ object: 'deployment/api' }, [
      { op: 'replace', path: `${probe}/httpGet/path`, value: '/readyz' },
    ]),
} satisfies Fault
