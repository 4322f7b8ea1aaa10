import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change, pastPolicy } from '../support/planted-changes.ts'

export default {
  breaks: 'nobody asks whether an exporter lives',
  step: 3,
  in: 'bank',
  finds: { rule: 'has-probes', subject: 'Deployment/redis-exporter' },
  plant: () =>
    pastPolicy('probes', () =>
      change({ object: 'deployment/redis-exporter' }, [
        { op: 'remove', path: '/spec/template/spec/containers/0/livenessProbe' },
      ]),
    ),
} satisfies Fault
