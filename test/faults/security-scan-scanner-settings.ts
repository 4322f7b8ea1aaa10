import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { addTo } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a file chooses what a scanner says nothing of',
  step: 2,
  in: 'tree',
  finds: { rule: 'silenced-scanner', subject: '.trivyignore' },
  plant: ({ tree }) => addTo(tree, '.trivyignore', 'KSV017\n'),
}

export default fault
