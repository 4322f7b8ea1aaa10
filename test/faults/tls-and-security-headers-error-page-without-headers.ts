import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { editProxy } from '../support/proxy-edits.ts'

export default {
  breaks: 'the error pages of the bank lack a header that its page has',
  step: 8,
  in: 'bank',
  finds: { rule: 'headers', subject: 'dwaybank.localhost' },
  plant: () =>
    editProxy(`sed '/^add_header X-Content-Type-Options/s/ always;/;/' headers.conf >/tmp/headers.conf
      sed -i 's#include conf/headers.conf;#include /tmp/headers.conf;#' bank.conf`),
} satisfies Fault
