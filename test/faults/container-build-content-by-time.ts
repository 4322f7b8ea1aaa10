import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'the built page has the time of its build in it',
  step: 1,
  in: 'tree',
  finds: { rule: 'same-content', subject: 'web:production' },
  plant: ({ tree }) =>
    replaceIn(
      tree,
      'services/web/Dockerfile',
      'vite.js build --configLoader native',
      'vite.js build --configLoader native && date +%s.%N >dist/built-at',
    ),
}

export default fault
