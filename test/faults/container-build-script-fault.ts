import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { addTo } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a script goes on when it could not change its folder',
  step: 1,
  in: 'tree',
  finds: { rule: 'shellcheck-sc2164', subject: 'services/acme/entry.sh' },
  plant: ({ tree }) => addTo(tree, 'services/acme/entry.sh', '#!/bin/sh\ncd /nowhere\nls\n'),
}

export default fault
