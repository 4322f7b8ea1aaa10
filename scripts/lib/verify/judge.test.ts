import { describe, expect, it } from 'vitest'
import { NAME_LABEL } from '../kubernetes.ts'
import { attemptsOf, dnsCheck, edgeChecks, judge, NAMES, policyChecks } from './judge.ts'
import { matrix } from './matrix.ts'
import type { NetworkPolicy } from './policies.ts'
import type { Outcome } from './probe-script.ts'
import type { Source, Target } from './topology.ts'

const endpoint = (service: string, ip: string, namespace = 'bank') => ({
  namespace,
  namespaceLabels: {},
  labels: { [NAME_LABEL]: service },
  ip,
})
const source = (service: string, namespace = 'bank'): Source => ({
  service,
  namespace,
  pod: `${service}-0`,
  container: service,
  endpoint: endpoint(service, '172.20.0.1', namespace),
})
const target = (service: string, number: number): Target => ({
  service,
  port: { number },
  endpoint: endpoint(service, `172.20.1.${number % 200}`),
  address: { host: service, port: number },
  protocol: service === 'redis' ? { kind: 'ping' } : { kind: 'http', path: '/healthz', secure: false },
})
const targets = [target('api', 3000), target('redis', 6379), target('web', 3001)]
const called = (service: string) => ({ matchLabels: { [NAME_LABEL]: service } })
const policies: NetworkPolicy[] = [
  { podSelector: {}, policyTypes: ['Ingress' as const, 'Egress' as const] },
  {
    podSelector: called('api'),
    policyTypes: ['Egress' as const],
    egress: [{ to: [{ podSelector: called('redis') }] }],
  },
  {
    podSelector: called('redis'),
    policyTypes: ['Ingress' as const],
    ingress: [{ from: [{ podSelector: called('api') }] }],
  },
].map((spec) => ({ metadata: { name: 'p', namespace: 'bank' }, spec }))

const api = source('api')
const attempts = attemptsOf(api, targets, policies, 'bank')
const row = (results: Record<string, Outcome['result']>) => {
  const outcomes = new Map(
    Object.entries({ [NAMES]: 'ok' as const, ...results }).map(([id, result]) => [
      id,
      { id, result, detail: 'seen' },
    ]),
  )
  const cells = judge(api, targets, attempts, outcomes)
  return { cells, verdicts: edgeChecks(api, cells).map(({ verdict }) => verdict) }
}

describe('what a pod tries', () => {
  it('is its edges by the Service in their protocol, and all else by the address of the pod', () => {
    expect(attempts).toEqual([
      { id: 'redis:6379', expect: 'works', host: 'redis', port: 6379, protocol: { kind: 'ping' } },
      { id: 'web:3001', expect: 'refused', host: '172.20.1.1', port: 3001 },
      { id: NAMES, expect: 'resolves', names: ['kubernetes.default', 'api', 'redis', 'web'] },
    ])
  })
  it('needs the full names and no password when it is a stranger', () => {
    const open = attemptsOf(source('a stranger', 'elsewhere'), targets, [], 'bank')
    expect(open[1]).toEqual({
      id: 'redis:6379',
      expect: 'works',
      host: 'redis.bank',
      port: 6379,
      protocol: { kind: 'connect' },
    })
  })
})

describe('a row', () => {
  it('passes when the edge works and everything else is silent', () => {
    expect(row({ 'redis:6379': 'ok', 'web:3001': 'silent' }).verdicts).toEqual(['passed', 'passed'])
  })
  it('fails when something answers that must not', () => {
    expect(row({ 'redis:6379': 'ok', 'web:3001': 'ok' }).verdicts).toEqual(['passed', 'failed'])
  })
  it('fails when an edge does not work', () => {
    expect(row({ 'redis:6379': 'silent', 'web:3001': 'silent' }).verdicts).toEqual(['failed', 'passed'])
    expect(row({ 'redis:6379': 'failed', 'web:3001': 'silent' }).verdicts).toEqual(['failed', 'passed'])
  })
  it('is not verified by a pod that said nothing, or has no network', () => {
    expect(row({}).verdicts).toEqual(['could not verify', 'could not verify'])
    expect(row({ [NAMES]: 'failed', 'redis:6379': 'ok', 'web:3001': 'silent' }).verdicts).toEqual([
      'passed',
      'could not verify',
    ])
    expect(row({ 'redis:6379': 'ok', 'web:3001': 'failed' }).verdicts).toEqual(['passed', 'could not verify'])
  })
  it('is a line of the matrix', () => {
    const text = matrix(row({ 'redis:6379': 'ok', 'web:3001': 'ok' }).cells)
    expect(text.split('\n').slice(0, 3)).toEqual([
      'from \\ to  api   redis  web',
      '           3000  6379   3001',
      'api              ✓      ✗',
    ])
  })
})

describe('the policies', () => {
  const verdicts = (given: NetworkPolicy[], services: string[]) =>
    policyChecks(given, services, NAME_LABEL).map(({ verdict }) => verdict)
  it('must deny by default', () => {
    expect(verdicts(policies, ['api', 'redis'])).toEqual(['passed'])
    expect(verdicts(policies.slice(1), ['api', 'redis'])).toEqual(['failed'])
    expect(verdicts([], [])).toEqual(['failed'])
  })
  it('must be about services that run', () => {
    expect(verdicts(policies, ['api'])).toEqual(['passed', 'could not verify'])
  })
})

describe('DNS', () => {
  const said = (result: Outcome['result']) =>
    new Map([[NAMES, { id: NAMES, result, detail: 'unknown: redis' }]])
  it('passes only if every pod has answered well', () => {
    expect(dnsCheck([{ source: api, outcomes: said('ok') }]).verdict).toBe('passed')
    expect(dnsCheck([{ source: api, outcomes: said('failed') }])).toMatchObject({
      verdict: 'failed',
      evidence: 'api: unknown: redis',
    })
    expect(dnsCheck([{ source: api, outcomes: new Map() }]).verdict).toBe('could not verify')
    expect(dnsCheck([]).verdict).toBe('could not verify')
  })
})
