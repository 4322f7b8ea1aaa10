import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client'
import type { Pool } from 'pg'

export interface Metrics {
  /** Counts an answered request; `route` is the pattern, never the path, so that labels stay few. */
  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void
  contentType: string
  render(): Promise<string>
}

type PoolCounts = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>

/** Makes the metrics of one process, with Node's own (memory, CPU, event loop delay, garbage collection). */
export function createMetrics(pool: PoolCounts): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to answer, by method and route.',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('pg_pool_in_use', 'PostgreSQL connections lent out.', () => pool.totalCount - pool.idleCount)
  gauge('pg_pool_idle', 'PostgreSQL connections open and free.', () => pool.idleCount)
  gauge('pg_pool_waiting', 'Requests waiting for a PostgreSQL connection.', () => pool.waitingCount)

  return {
    observeRequest: ({ method, route, status, seconds }) => {
      requests.inc({ method, route, status: String(status) })
      durations.observe({ method, route }, seconds)
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  }
}
