import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { addTo } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a waiver waives what is not there',
  step: 2,
  in: 'tree',
  finds: { rule: 'waiver-unused', subject: 'tree-secrets, services/gone.txt' },
  plant: ({ tree }) =>
    addTo(
      tree,
      'waivers.yaml',
      `
- rule: tree-secrets
  subject: services/gone.txt
  reason: it was there once
  owner: nobody
  expires: '${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}'
`,
    ),
}

export default fault
