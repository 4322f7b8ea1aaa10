import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { OLD_TLS } from '../support/old-tls.ts'
import { editProxy } from '../support/proxy-edits.ts'

export default {
  breaks: 'the front door speaks a protocol and ciphers of the past',
  step: 8,
  in: 'bank',
  finds: { rule: 'mozilla-intermediate', subject: 'every name of the front door' },
  plant: () => editProxy(OLD_TLS),
} satisfies Fault
