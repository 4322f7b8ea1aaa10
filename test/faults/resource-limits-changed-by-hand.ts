import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

// No manifest names the field, no policy looks at it, and it is no default of anything.
export default {
  breaks: 'somebody has a container run a command of their own as it starts',
  step: 5,
  in: 'bank',
  finds: { rule: 'live-drift', subject: 'Deployment/redis-exporter' },
  plant: () =>
    change({ object: 'deployment/redis-exporter' }, [
      {
        op: 'add',
        path: '/spec/template/spec/containers/0/lifecycle',
        value: { postStart: { exec: { command: ['bash', '-c', 'true'] } } },
      },
    ]),
} satisfies Fault
