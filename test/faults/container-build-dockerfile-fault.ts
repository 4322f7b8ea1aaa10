import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a Dockerfile changes its folder within a command',
  step: 1,
  in: 'tree',
  finds: { rule: 'hadolint-dl3003', subject: 'services/redis/Dockerfile' },
  plant: ({ tree }) =>
    replaceIn(
      tree,
      'services/redis/Dockerfile',
      'USER ',
      'RUN cd /tmp && touch left-over && rm left-over\nUSER ',
    ),
}

export default fault
