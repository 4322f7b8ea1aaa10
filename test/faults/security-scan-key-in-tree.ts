import { generateKeyPairSync } from 'node:crypto'
import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { addTo } from '../support/planted-tree.ts'

const fault: Fault = {
  breaks: 'a private key is in the tree',
  step: 2,
  in: 'tree',
  finds: { rule: 'tree-secrets', subject: 'services/api/src/signing-key.txt' },
  plant: ({ tree }) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    return addTo(tree, 'services/api/src/signing-key.txt', key)
  },
}

export default fault
