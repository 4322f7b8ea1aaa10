import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

export default {
  breaks: 'the api sends its traces where nobody takes them',
  step: 6,
  in: 'bank',
  finds: { rule: 'telemetry-arrives', subject: 'api traces' },
  plant: () =>
    change({ object: 'deployment/api' }, [
      {
        op: 'add',
        path: '/spec/template/spec/containers/0/env/-',
        value: { name: 'TRACES_URL', value: 'http://localhost:9/api/v2/spans' },
      },
    ]),
} satisfies Fault
