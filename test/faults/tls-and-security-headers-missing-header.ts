import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { editHeaders } from '../support/proxy-edits.ts'

export default {
  breaks: 'no answer of the bank says what its page may not use',
  step: 8,
  in: 'bank',
  finds: { rule: 'headers', subject: 'dwaybank.localhost' },
  plant: () => editHeaders('/^add_header Permissions-Policy/d'),
} satisfies Fault
