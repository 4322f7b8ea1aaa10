import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a stage starts from the latest Debian',
  step: 1,
  in: 'tree',
  finds: { rule: 'pinned-base', subject: 'services/redis/Dockerfile' },
  also: [{ rule: 'hadolint-dl3007', subject: 'services/redis/Dockerfile' }],
  plant: ({ tree }) =>
    replaceIn(tree, 'services/redis/Dockerfile', 'FROM ', 'FROM debian:latest AS unused\n\nFROM '),
}

export default fault
