import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

const probe = '/spec/template/spec/containers/0/readinessProbe'

export default {
  breaks: 'the api says that it is ready whatever its stores do',
  step: 3,
  in: 'bank',
  finds: { rule: 'readiness-follows-stores', subject: 'Deployment/api' },
  plant: () =>
    change({ object: 'deployment/api' }, [
      { op: 'replace', path: `${probe}/httpGet/path`, value: '/healthz' },
    ]),
} satisfies Fault
