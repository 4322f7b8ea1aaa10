import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'the api runs as root',
  step: 1,
  in: 'tree',
  finds: { rule: 'image-user', subject: 'api:production' },
  plant: ({ tree }) =>
    replaceIn(
      tree,
      'services/api/Dockerfile',
      'USER 1001:1001\nCMD ["node", "services/api/src/server.ts"]',
      'CMD ["node", "services/api/src/server.ts"]',
    ),
}

export default fault
