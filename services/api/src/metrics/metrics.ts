import { collectDefaultMetrics, Gauge, Registry } from '@prometheus-io/client'
import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'
import { decisionMetrics, type Decisions } from './decisions.ts'
import { ledgerGauges } from './ledger-gauge.ts'
import { createReading } from './reading.ts'
import { requestMetrics, type AnsweredRequest } from './requests.ts'
import { sessionGauge } from './session-gauge.ts'

export interface Metrics extends Decisions {
  observeRequest(request: AnsweredRequest): void
  contentType: string
  /** Answers within 2 s, without what could not be read. */
  render(): Promise<string>
}

/** Where the metrics look when they are scraped. */
export interface MetricSources {
  pool: Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>
  countSessions: () => Promise<number>
  /** The sum of all balances by currency, in minor units. */
  sumBalances: () => Promise<ReadonlyMap<string, number>>
  log: Pick<FastifyBaseLogger, 'warn'>
}

/** Every session and every account is looked at for them, by each api: at every second scrape, 15 s apart. */
const READINGS_KEPT_MS = 25_000
const READING_LIMIT_MS = 1500

/** Makes the metrics of one process, with Node's own (memory, CPU, event loop delay, garbage collection). */
export function createMetrics({ pool, countSessions, sumBalances, log }: MetricSources): Metrics {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(read())
      },
    })
  gauge('pg_pool_in_use', 'PostgreSQL connections lent out.', () => pool.totalCount - pool.idleCount)
  gauge('pg_pool_idle', 'PostgreSQL connections open and free.', () => pool.idleCount)
  gauge('pg_pool_waiting', 'Requests waiting for a PostgreSQL connection.', () => pool.waitingCount)

  const reading = <Value>(what: string, read: () => Promise<Value>) =>
    createReading(read, {
      keptMs: READINGS_KEPT_MS,
      limitMs: READING_LIMIT_MS,
      onFailure: (err) => log.warn({ err }, `a metric has no value: ${what}`),
    })
  const readSums = async () => ({ sums: await sumBalances(), unixSeconds: Date.now() / 1000 })
  const refreshSessions = sessionGauge(register, reading('open sessions', countSessions))
  const refreshLedger = ledgerGauges(register, reading('sums of balances', readSums))

  return {
    ...decisionMetrics(register),
    observeRequest: requestMetrics(register),
    contentType: register.contentType,
    render: async () => {
      await Promise.all([refreshSessions(), refreshLedger()])
      return register.metrics()
    },
  }
}
