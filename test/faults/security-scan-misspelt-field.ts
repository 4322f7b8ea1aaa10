import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a field of a manifest is misspelt',
  step: 2,
  in: 'tree',
  finds: { rule: 'kubeconform-schema', subject: 'Deployment/web' },
  plant: ({ tree }) =>
    replaceIn(
      tree,
      'k8s/base/web/deployment.yaml',
      '      containers:\n',
      '      terminationGraceSeconds: 5\n      containers:\n',
    ),
}

export default fault
