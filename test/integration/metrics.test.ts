import { describe, expect, it } from 'vitest'
import { ask, bankHost } from '../support/front-door.ts'
import { askTool, eventually, firing, valueOf } from '../support/tools.ts'
import { somebodyPays } from '../support/visitor.ts'

/** Two scrapes and an evaluation. */
const SEEN_SECONDS = 60

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
  it('lets the alert fire that always does', async () => {
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
