import { describe, expect, it } from 'vitest'
import { restrictedPod } from '../../scripts/lib/restricted-pod.ts'
import { names } from '../../scripts/lib/settings.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import { ask, bankHost } from '../support/front-door.ts'
import { askTool, eventually, firing, mails, promql, rules, valueOf } from '../support/tools.ts'
import { newCustomer } from '../support/visitor.ts'

/** Two scrapes and an evaluation. */
const SEEN_SECONDS = 60

const jobs = [
  'alertmanager',
  'api',
  'apiserver',
  'blackbox-exporter',
  'cadvisor',
  'front-door',
  'kubelet',
  'node',
  'postgres',
  'prometheus',
  'proxy',
  'redis',
  'victorialogs',
  'vlagent',
]

describe('the tools that watch the bank', () => {
  it.each(['tools', 'prometheus', 'logs', 'traces', 'mailbox'])('%s asks for a login', async (tool) => {
    const host = `${tool}.${bankHost}`
    const wrong = `Basic ${Buffer.from('developer:developer').toString('base64')}`
    expect((await ask('/', { host })).status).toBe(401)
    expect((await ask('/', { host, headers: { authorization: wrong } })).status).toBe(401)
    const { status, headers } = await askTool(tool, '/')
    expect([200, 302]).toContain(status)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })
})

describe('the start page', () => {
  it.each(['prometheus', 'alerts', 'logs', 'traces', 'mailbox', 'pgadmin', 'redis', 'api'])(
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
    const { visitor, account } = await newCustomer()
    const savings = await visitor.openAccount('Savings')
    const body = {
      fromAccountId: account.id,
      toAccountNumber: savings.number,
      amount: 1,
      reference: 'counted',
    }
    for (let index = 0; index < 3; index += 1) expect((await visitor.transfer(body)).status).toBe(201)
    await eventually(SEEN_SECONDS, async () => ((await valueOf(booked)) ?? 0) >= before + 3)
    expect(await valueOf('max(abs(dwaybank_ledger_imbalance_minor_units))')).toBe(0)
  })
})

describe('an alert', () => {
  it('reaches the mailbox when a part is gone, and again when it is back', { timeout: 420_000 }, async () => {
    const scale = (replicas: number) =>
      kubectlBank(['scale', 'deployment/redis-exporter', `--replicas=${replicas}`])
    const before = (await mails()).length
    const about = async (word: string) =>
      (await mails()).slice(before).find(({ subject }) => subject.includes(word) && subject.includes('redis'))
    await scale(0)
    try {
      // The pod is gone, so there is no target any more that could be down: what counts is that it is missing.
      await eventually(240, () => about('FIRING'))
    } finally {
      await scale(1)
    }
    await eventually(150, () => about('RESOLVED'))
  })

  it('names a target with more series than it may have, which is refused', { timeout: 300_000 }, async () => {
    const path = '{.spec.template.spec.containers[?(@.name=="api")].image}'
    const { stdout: image } = await kubectlBank(['get', 'deployment/api', '--output', `jsonpath=${path}`])
    const serve = `require('node:http').createServer((_, response) => {
      response.setHeader('content-type', 'text/plain')
      response.end(Array.from({ length: 6000 }, (_, n) => 'planted{n="' + n + '"} 1\\n').join(''))
    }).listen(9000)`
    const pod = restrictedPod('planted', {
      namespace: names.namespace,
      image,
      command: ['node', '-e', serve],
      container: {
        ports: [{ name: 'metrics', containerPort: 9000 }],
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
      },
    })
    await kubectlBank(['create', '--filename', '-'], JSON.stringify(pod))
    try {
      await eventually(240, async () => (await firing('HighCardinality')).length > 0)
      expect(await valueOf('count(planted)')).toBeUndefined()
    } finally {
      await kubectlBank(['delete', 'pod', 'planted', '--ignore-not-found', '--wait=false'])
    }
  })
})
