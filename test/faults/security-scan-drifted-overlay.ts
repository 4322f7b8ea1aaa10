import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'production has a variable that dev does not have',
  step: 2,
  in: 'tree',
  finds: { rule: 'overlay-drift', subject: 'dev-full and production' },
  plant: ({ tree }) =>
    replaceIn(
      tree,
      'k8s/overlays/production/kustomization.yaml',
      'patches:\n',
      `patches:
  - target: { kind: Deployment, name: web }
    patch: |
      - op: add
        path: /spec/template/spec/containers/0/env
        value: [{ name: ONLY_HERE, value: set }]
`,
    ),
}

export default fault
