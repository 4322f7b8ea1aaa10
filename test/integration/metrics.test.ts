import { describe, expect, it } from 'vitest'
import { ask, bankHost } from '../support/front-door.ts'
import { askTool, eventually, firing, promql, rules, valueOf } from '../support/tools.ts'
import { somebodyPays } from '../support/visitor.ts'

/** Two scrapes and an evaluation. */
const SEEN_SECONDS = 60

const jobs = [
  'alertmanager',
  'api',
  'apiserver',
  'blackbox-exporter',
  'cadvisor',
  'front-door',
  'front-door-api',
  'kube-state-metrics',
  'kubelet',
  'node',
  'perses',
  'postgres',
  'prometheus',
  'proxy',
  'redis',
  'victorialogs',
  'vlagent',
  'zipkin',
]

describe('the tools that watch the bank', () => {
  it.each(['tools', 'dashboards', 'prometheus', 'logs', 'traces', 'mailbox'])(
    '%s asks for a login',
    async (tool) => {
      const host = `${tool}.${bankHost}`
      const wrong = `Basic ${Buffer.from('developer:developer').toString('base64')}`
      expect((await ask('/', { host })).status).toBe(401)
      expect((await ask('/', { host, headers: { authorization: wrong } })).status).toBe(401)
      const { status, headers } = await askTool(tool, '/')
      expect([200, 302]).toContain(status)
      expect(headers['x-content-type-options']).toBe('nosniff')
    },
  )
})

describe('the start page', () => {
  it.each(['dashboards', 'prometheus', 'alerts', 'logs', 'traces', 'mailbox', 'pgadmin', 'redis', 'api'])(
    'sees that %s answers',
    async (tool) => {
      await eventually(60, async () => (await askTool('tools', `/state/${tool}`)).status === 200)
    },
  )

  it('knows where Tilt is, and of no other tool', async () => {
    const { tilt } = JSON.parse((await askTool('tools', '/links.json')).text) as { tilt: string }
    expect(tilt).toMatch(/^https?:\/\//)
    expect((await askTool('tools', '/state/postgres')).status).toBe(404)
  })
})

describe('Prometheus', () => {
  it('reads every part of the bank and of the cluster', { timeout: 120_000 }, async () => {
    await eventually(90, async () => (await promql('up == 0')).length === 0)
    const up = await promql('up')
    expect([...new Set(up.map(({ metric }) => metric['job']))].sort()).toEqual(jobs)
  })

  it('has loaded every rule, and none fails', async () => {
    const loaded = await rules()
    expect(loaded.filter(({ type }) => type === 'alerting').length).toBeGreaterThan(15)
    expect(loaded.filter(({ type }) => type === 'recording').length).toBeGreaterThan(5)
    expect(loaded.filter(({ health }) => health === 'err')).toEqual([])
    expect(await firing('Watchdog')).toHaveLength(1)
  })

  it.each([
    'sum(pg_stat_database_xact_commit{datname="dwaybank"})',
    'pg_up',
    'redis_up',
    'nginx_up',
    'probe_success{job="front-door"}',
    'probe_ssl_earliest_cert_expiry{job="front-door"} - time()',
    'node_memory_MemAvailable_bytes',
    'sum(container_memory_working_set_bytes{namespace="dwaybank",container="api"})',
    'kubelet_running_pods',
    'sum(kube_pod_container_status_ready{namespace="dwaybank",container="api"})',
    'sum(apiserver_request_total)',
    'dwaybank_sessions + 1',
    'nodejs_eventloop_lag_p99_seconds',
    'pg_pool_idle',
  ])('has a number for %s', async (query) => {
    expect(await eventually(SEEN_SECONDS, () => valueOf(query))).toBeGreaterThan(0)
  })

  it('counts what customers do', { timeout: 120_000 }, async () => {
    const booked = 'sum(dwaybank_transfers_total{outcome="booked"})'
    const before = await eventually(SEEN_SECONDS, () => valueOf(booked))
    await somebodyPays(3)
    await eventually(SEEN_SECONDS, async () => ((await valueOf(booked)) ?? 0) >= before + 3)
    expect(await valueOf('max(abs(dwaybank_ledger_imbalance_minor_units))')).toBe(0)
  })
})
