import { plantRenewal } from '../support/planted-renewal.ts'
import type { Drill } from './drill.ts'
import { plantWhileAway } from './workloads.ts'

const NAME = 'renew-certificate-drill'

export const directoryGone: Drill = {
  title: 'the ACME directory gone, while a certificate is due',
  // Its pod has to start, and to ask.
  alerts: [{ alert: 'JobFailed', labels: { job_name: NAME }, after: 30 }],
  plant: () => plantWhileAway('deployment/pebble', () => plantRenewal(NAME)),
}
