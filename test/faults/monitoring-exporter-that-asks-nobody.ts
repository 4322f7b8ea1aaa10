import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change, healAll } from '../support/planted-changes.ts'

/** A scrape, and one more. */
const SEEN_SECONDS = 60

export default {
  breaks: 'the exporter of Redis is read, but reaches no Redis',
  step: 6,
  in: 'bank',
  finds: { rule: 'is-measured', subject: 'redis' },
  plant: async () => {
    // It asks for the front door as it is loaded, and faults are listed where there is none.
    const { eventually, valueOf } = await import('../support/tools.ts')
    const heal = await change({ object: 'deployment/redis-exporter' }, [
      {
        op: 'add',
        path: '/spec/template/spec/containers/0/args',
        value: ['--redis.addr=rediss://nobody:6379'],
      },
    ])
    await eventually(SEEN_SECONDS, async () => (await valueOf('max(redis_up)')) === 0)
    return healAll(async () => {
      await eventually(SEEN_SECONDS, async () => (await valueOf('min(redis_up)')) === 1)
    }, heal)
  },
} satisfies Fault
