import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'pip takes packages without comparing their hashes',
  step: 1,
  in: 'tree',
  finds: { rule: 'pinned-downloads', subject: 'test/squawk/Dockerfile' },
  plant: ({ tree }) => replaceIn(tree, 'test/squawk/Dockerfile', ' --require-hashes', ''),
}

export default fault
