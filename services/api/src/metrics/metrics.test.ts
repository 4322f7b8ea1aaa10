import { METHODS as METHODS_OF_NODE } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Unavailable } from '../errors.ts'
import { testMetrics } from '../testing/test-metrics.ts'
import type { Metrics } from './metrics.ts'

beforeEach(() => vi.useFakeTimers({ now: 1_700_000_000_000 }))
afterEach(() => vi.useRealTimers())

/** The samples whose names begin so, without their help. */
async function samples(metrics: Metrics, name: string): Promise<string[]> {
  return (await metrics.render()).split('\n').filter((line) => line.startsWith(name))
}

describe('requests', () => {
  const request = { method: 'GET', route: '/api/me', status: 200, seconds: 0.3 }

  it('are timed in buckets that tell what is over half a second', async () => {
    const metrics = testMetrics()
    metrics.observeRequest(request)
    metrics.observeRequest({ ...request, seconds: 7 })
    const buckets = await samples(metrics, 'http_request_duration_seconds_bucket')
    expect(buckets.map((line) => [/le="([^"]+)"/.exec(line)?.[1], line.split(' ').at(-1)])).toEqual([
      ...['0.005', '0.01', '0.025', '0.05', '0.1', '0.25'].map((le) => [le, '0']),
      ...['0.5', '1', '2.5', '5'].map((le) => [le, '1']),
      ...['10', '+Inf'].map((le) => [le, '2']),
    ])
  })

  it('are counted by outcome from zero, failed by a 5xx or served', async () => {
    const metrics = testMetrics()
    const counted = () => samples(metrics, 'http_requests_by_outcome_total')
    const line = (outcome: string, count: number) =>
      `http_requests_by_outcome_total{outcome="${outcome}"} ${count}`
    expect(await counted()).toEqual([line('failed', 0), line('served', 0)])
    for (const status of [200, 404, 500, 503, 504]) metrics.observeRequest({ ...request, status })
    expect(await counted()).toEqual([line('failed', 3), line('served', 2)])
  })

  it('have eight methods at most, whatever Node.js lets in', async () => {
    const metrics = testMetrics()
    for (const method of [...METHODS_OF_NODE, 'BREW']) metrics.observeRequest({ ...request, method })
    for (const name of ['http_requests_total', 'http_request_duration_seconds_count']) {
      const methods = (await samples(metrics, name)).map((line) => /method="([^"]+)"/.exec(line)?.[1])
      expect(methods.toSorted()).toEqual([
        'DELETE',
        'GET',
        'HEAD',
        'OPTIONS',
        'PATCH',
        'POST',
        'PUT',
        'other',
      ])
    }
  })
})

describe('decisions', () => {
  it('are counted from zero, each outcome by itself', async () => {
    const metrics = testMetrics()
    metrics.countLogin('throttled')
    metrics.countTransfer('booked')
    metrics.countTransfer('booked')
    metrics.countTransferRetry()
    expect(await samples(metrics, 'dwaybank_logins')).toEqual([
      'dwaybank_logins_total{outcome="accepted"} 0',
      'dwaybank_logins_total{outcome="refused"} 0',
      'dwaybank_logins_total{outcome="throttled"} 1',
    ])
    expect(await samples(metrics, 'dwaybank_transfer')).toEqual([
      'dwaybank_transfers_total{outcome="booked"} 2',
      'dwaybank_transfers_total{outcome="refused"} 0',
      'dwaybank_transfers_total{outcome="replayed"} 0',
      'dwaybank_transfer_retries_total 1',
    ])
  })
})

describe('open sessions', () => {
  it('are told while Redis answers, and not at all while it does not', async () => {
    let count = async () => 3
    const warned: unknown[] = []
    const metrics = testMetrics({
      countSessions: () => count(),
      log: { warn: (...words: unknown[]) => warned.push(words) },
    })
    expect(await samples(metrics, 'dwaybank_sessions')).toEqual(['dwaybank_sessions 3'])
    const err = new Unavailable('redis')
    count = async () => {
      throw err
    }
    vi.advanceTimersByTime(30_000)
    expect(await samples(metrics, 'dwaybank_sessions')).toEqual([])
    expect(warned).toEqual([[{ err }, 'a metric has no value: open sessions']])
    count = async () => 0
    expect(await samples(metrics, 'dwaybank_sessions')).toEqual(['dwaybank_sessions 0'])
  })

  it('are not told as zero before the first answer', async () => {
    const metrics = testMetrics({ countSessions: () => Promise.reject(new Unavailable('redis')) })
    expect(await samples(metrics, 'dwaybank_sessions')).toEqual([])
  })
})

describe("the ledger's imbalance", () => {
  const gone = () => Promise.reject(new Unavailable('postgres'))

  it('is told by currency with its time, and after a failure only when that was', async () => {
    let sum: () => Promise<Map<string, number>> = gone
    const metrics = testMetrics({ sumBalances: () => sum() })
    expect(await samples(metrics, 'dwaybank_ledger')).toEqual([])

    sum = async () =>
      new Map([
        ['EUR', 0],
        ['CHF', -7],
      ])
    const checked = 'dwaybank_ledger_check_timestamp_seconds 1700000000'
    expect(await samples(metrics, 'dwaybank_ledger')).toEqual([
      'dwaybank_ledger_imbalance_minor_units{currency="EUR"} 0',
      'dwaybank_ledger_imbalance_minor_units{currency="CHF"} -7',
      checked,
    ])
    vi.advanceTimersByTime(30_000)
    sum = gone
    expect(await samples(metrics, 'dwaybank_ledger')).toEqual([checked])

    sum = async () => new Map([['EUR', 0]])
    expect(await samples(metrics, 'dwaybank_ledger')).toEqual([
      'dwaybank_ledger_imbalance_minor_units{currency="EUR"} 0',
      'dwaybank_ledger_check_timestamp_seconds 1700000030',
    ])
  })
})

it('a scrape ends within 2 s while neither store answers', async () => {
  const silent = () => new Promise<never>(() => undefined)
  const metrics = testMetrics({ countSessions: silent, sumBalances: silent })
  const scraped = metrics.render()
  await vi.advanceTimersByTimeAsync(1999)
  expect(await Promise.race([scraped, Promise.resolve('not yet')])).toContain('pg_pool_idle 0')
})
