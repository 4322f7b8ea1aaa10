import { createMetrics, type Metrics, type MetricSources } from '../metrics/metrics.ts'

/** Metrics for unit tests, of a bank without sessions and accounts; a test gives the sources that it is about. */
export function testMetrics(sources: Partial<MetricSources> = {}): Metrics {
  return createMetrics({
    pool: { totalCount: 0, idleCount: 0, waitingCount: 0 },
    countSessions: async () => 0,
    sumBalances: async () => new Map(),
    log: { warn: () => undefined },
    ...sources,
  })
}
