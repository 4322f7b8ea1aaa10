import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { editProxy } from '../support/proxy-edits.ts'

export default {
  breaks: 'no answer of the bank says what its page may not use',
  step: 8,
  in: 'bank',
  finds: { rule: 'headers', subject: 'dwaybank.localhost' },
  plant: () =>
    editProxy(`sed '/^add_header Permissions-Policy/d' headers.conf >/tmp/headers.conf
      sed -i 's#include conf/headers.conf;#include /tmp/headers.conf;#' bank.conf`),
} satisfies Fault
