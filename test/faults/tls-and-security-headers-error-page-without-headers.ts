import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { editHeaders } from '../support/proxy-edits.ts'

export default {
  breaks: 'the error pages of the bank lack a header that its page has',
  step: 8,
  in: 'bank',
  finds: { rule: 'headers', subject: 'dwaybank.localhost' },
  plant: () => editHeaders('/^add_header X-Content-Type-Options/s/ always;/;/'),
} satisfies Fault
