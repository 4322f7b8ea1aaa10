import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a Dockerfile tells a scanner to overlook something',
  step: 2,
  in: 'tree',
  finds: { rule: 'silenced-scanner', subject: 'services/redis/Dockerfile' },
  plant: ({ tree }) => replaceIn(tree, 'services/redis/Dockerfile', 'FROM ', '# trivy:ignore:DS002\nFROM '),
}

export default fault
