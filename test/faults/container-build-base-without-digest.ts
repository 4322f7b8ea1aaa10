import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a stage starts from an image that is named by a tag',
  step: 1,
  in: 'tree',
  finds: { rule: 'pinned-base', subject: 'services/pebble/Dockerfile' },
  plant: ({ tree }) =>
    replaceIn(tree, 'services/pebble/Dockerfile', 'FROM ', 'FROM nginx:1.28.0 AS unused\n\nFROM '),
}

export default fault
