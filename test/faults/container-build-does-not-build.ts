import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a Dockerfile copies a file that is not there',
  step: 1,
  in: 'tree',
  finds: { rule: 'image-builds', subject: 'log-shipper:production' },
  also: [
    { rule: 'image-size', subject: 'log-shipper:production' },
    { rule: 'image-user', subject: 'log-shipper:production' },
    { rule: 'image-secrets', subject: 'log-shipper:production' },
  ],
  plant: ({ tree }) =>
    replaceIn(
      tree,
      'services/log-shipper/Dockerfile',
      'COPY ',
      'COPY services/log-shipper/missing ./\nCOPY ',
    ),
}

export default fault
