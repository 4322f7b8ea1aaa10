import { Gauge, type Registry } from '@prometheus-io/client'
import type { Reading } from './reading.ts'

/** Makes the gauge of open sessions, and returns what brings it up to date. */
export function sessionGauge(register: Registry, read: Reading<number>): () => Promise<void> {
  const gauge = new Gauge({
    name: 'dwaybank_sessions',
    help: 'Sessions open in Redis, the same from every api; absent while Redis does not answer.',
    registers: [register],
  })
  return async () => {
    const open = await read()
    if (open === undefined) gauge.remove()
    else gauge.set(open)
  }
}
