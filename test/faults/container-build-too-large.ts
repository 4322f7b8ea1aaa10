import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'an image carries 100 MB of nothing',
  step: 1,
  in: 'tree',
  finds: { rule: 'image-size', subject: 'acme:production' },
  plant: ({ tree }) =>
    replaceIn(tree, 'services/acme/Dockerfile', 'ENV ', 'RUN head -c 100000000 /dev/zero >/stowaway\nENV '),
}

export default fault
