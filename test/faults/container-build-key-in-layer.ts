import { generateKeyPairSync } from 'node:crypto'
import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { addTo, replaceIn } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a private key lies in a layer, and a later one hides it',
  step: 1,
  in: 'tree',
  finds: { rule: 'image-secrets', subject: /^exporters:production.etc.signing\.txt/ },
  plant: async ({ tree }) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await addTo(tree, 'services/exporters/signing.txt', key)
    return replaceIn(
      tree,
      'services/exporters/Dockerfile',
      'ENV ',
      'COPY services/exporters/signing.txt /etc/signing.txt\nRUN rm /etc/signing.txt\nENV ',
    )
  },
}

export default fault
