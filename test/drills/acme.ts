import { plantRenewal } from '../support/planted-renewal.ts'
import type { Drill } from './drill.ts'
import { takeAway } from './workloads.ts'

const NAME = 'renew-certificate-drill'

export const directoryGone: Drill = {
  title: 'the ACME directory gone, while a certificate is due',
  // Its pod has to start, and to ask.
  alerts: [{ alert: 'JobFailed', labels: { job_name: NAME }, after: 30 }],
  plant: async () => {
    const bringBack = await takeAway('deployment/pebble')
    try {
      const remove = await plantRenewal(NAME)
      return async () => {
        try {
          await remove()
        } finally {
          await bringBack()
        }
      }
    } catch (error) {
      await bringBack()
      throw error
    }
  },
}
