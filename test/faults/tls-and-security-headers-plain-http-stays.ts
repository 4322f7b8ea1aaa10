import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { editProxy } from '../support/proxy-edits.ts'

export default {
  breaks: 'plain HTTP leads nobody to TLS',
  step: 8,
  in: 'bank',
  finds: { rule: 'http-redirects', subject: 'every name of the front door' },
  plant: () => editProxy(`sed -i 's#return 301 https:.*#return 200 "plain\\n";#' http.conf`),
} satisfies Fault
