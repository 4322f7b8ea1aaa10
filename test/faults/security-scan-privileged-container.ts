import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { addTo } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a container may do everything on its node',
  step: 2,
  in: 'tree',
  finds: { rule: 'privileged', subject: 'Deployment/api' },
  plant: ({ tree }) =>
    addTo(
      tree,
      'k8s/components/hardened/kustomization.yaml',
      `  - target: { kind: Deployment, name: ^api$ }
    patch: |
      - op: add
        path: /spec/template/spec/containers/0/securityContext/privileged
        value: true
`,
    ),
}

export default fault
