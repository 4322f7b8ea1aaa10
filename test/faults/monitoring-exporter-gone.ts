import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { takeAway } from '../drills/workloads.ts'

export default {
  breaks: 'nobody tells of Redis any more',
  step: 6,
  in: 'bank',
  finds: { rule: 'is-measured', subject: 'redis' },
  plant: async () => {
    // It asks for the front door as it is loaded, and faults are listed where there is none.
    const { eventually, promql } = await import('../support/tools.ts')
    const bringBack = await takeAway('deployment/redis-exporter')
    await eventually(60, async () => (await promql('up{job="redis"} == 1')).length === 0)
    return bringBack
  },
} satisfies Fault
