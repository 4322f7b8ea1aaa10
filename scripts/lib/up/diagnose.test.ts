import { describe, expect, it } from 'vitest'
import type { Pod } from '../kubernetes.ts'
import { root } from '../settings.ts'
import type { SourceStatus } from '../sources/compare.ts'
import type { NetworkPolicy } from '../verify/policies.ts'
import { allNeeds, dependenciesOf } from './dependencies.ts'
import { findingsOf, firstCause, Watch } from './diagnose.ts'
import type { Cause, Finding } from './finding.ts'
import { CrashCounter } from './rules/containers.ts'
import { fieldFindingsIn } from './rules/fields.ts'
import { tiltFindings } from './rules/tilt.ts'
import { currentPods, type Snapshot, withSources } from './snapshot.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z')
const label = (name: string) => ({ 'app.kubernetes.io/name': name })

const edge = (from: string, to: string): NetworkPolicy => ({
  metadata: { name: `allow-${from}-to-${to}`, namespace: 'dwaybank' },
  spec: {
    podSelector: { matchLabels: label(from) },
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: label(to) } }], ports: [{ port: 1, protocol: 'TCP' }] }],
  },
})

const dns = (protocols: string[]): NetworkPolicy => ({
  metadata: { name: 'allow-dns', namespace: 'dwaybank' },
  spec: {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
        ports: protocols.map((protocol) => ({ port: 53, protocol })),
      },
    ],
  },
})

const pod = (service: string, status: Partial<Pod['status']>): Pod => ({
  metadata: {
    name: `${service}-0`,
    namespace: 'dwaybank',
    uid: service,
    creationTimestamp: '2026-01-01T11:59:00Z',
    labels: label(service),
  },
  spec: { containers: [{ name: service, image: `dway/${service}` }] },
  status: { phase: 'Running', ...status },
})

const snapshot = (parts: Partial<Snapshot>): Snapshot => ({
  tilt: [],
  pods: [],
  events: [],
  policies: [dns(['UDP', 'TCP'])],
  nodes: [],
  ...parts,
})

const look = (parts: Partial<Snapshot>, crashes = new CrashCounter(NOW - 60_000)) =>
  findingsOf(snapshot(parts), crashes, { started: NOW - 1000, now: NOW }).map(
    ({ resource, cause }) => `${resource}: ${cause}`,
  )

const finding = (resource: string, cause: Cause, patience = 5): Finding => ({
  resource,
  cause,
  message: '',
  evidence: [],
  patience,
})

describe('who needs whom', () => {
  it('is read from the policies, and through others', () => {
    const needs = dependenciesOf([edge('proxy', 'api'), edge('api', 'postgres')])
    expect([...allNeeds(needs, 'proxy')].sort()).toEqual(['api', 'migrate', 'postgres'])
    expect([...allNeeds(needs, 'postgres')]).toEqual([])
  })
})

describe('what is found', () => {
  const terminated = (finishedAt: string, more: object = {}) => ({
    ready: false,
    restartCount: 1,
    name: 'web',
    state: { terminated: { exitCode: 1, reason: 'Error', finishedAt, ...more } },
  })

  it('is nothing where everything is well', () => {
    const ready = { name: 'web', ready: true, started: true, restartCount: 3, state: { running: {} } }
    expect(look({ pods: [pod('web', { containerStatuses: [ready] })] })).toEqual([])
  })

  it('is a crash of now, not one of an hour ago, nor what a restart of the node ended', () => {
    const at = (finishedAt: string, more = {}) =>
      look({ pods: [pod('web', { containerStatuses: [terminated(finishedAt, more)] })] })
    expect(at('2026-01-01T11:59:50Z')).toEqual(['web: crash'])
    expect(at('2026-01-01T11:00:00Z')).toEqual([])
    expect(at('2026-01-01T11:59:50Z', { exitCode: 255, reason: 'Unknown' })).toEqual([])
  })

  it('is an init container that ran out of memory', () => {
    const statuses = [terminated('2026-01-01T11:59:50Z', { reason: 'OOMKilled', exitCode: 137 })]
    expect(look({ pods: [pod('web', { phase: 'Pending', initContainerStatuses: statuses })] })).toEqual([
      'web: out-of-memory',
    ])
  })

  it('is a readiness that does not come only when all that is needed is ready', () => {
    const unready = { name: 'api', ready: false, started: true, restartCount: 0, state: { running: {} } }
    const policies = [edge('api', 'postgres'), dns(['UDP'])]
    const pods = [pod('api', { containerStatuses: [unready] })]
    const tilt = (state: 'ready' | 'pending') => [{ name: 'postgres', detail: '', state }]
    expect(look({ pods, policies, tilt: tilt('pending') })).toEqual([])
    expect(look({ pods, policies, tilt: tilt('ready') })).toEqual(['api: never-ready'])
  })

  it('is the name server out of reach, by UDP too, only for who asks others', () => {
    const pods = [pod('api', {}), pod('postgres', {})]
    expect(look({ pods, policies: [edge('api', 'postgres'), dns(['UDP', 'TCP'])] })).toEqual([])
    expect(look({ pods, policies: [edge('api', 'postgres'), dns(['TCP'])] })).toEqual(['api: no-dns'])
    expect(look({ pods, policies: [edge('api', 'postgres')] })).toEqual(['api: no-dns'])
  })

  it.each([
    ['Build Failed: failed to solve: process "/bin/sh -c npm ci"', 'web: build-failed'],
    ['The Deployment "web" is invalid: spec.replicas: Invalid value: -1', 'web: bad-manifest'],
  ])('tells from "%s": %s', (updateError, found) => {
    expect(look({ tilt: [{ name: 'web', detail: '', state: 'failed', updateError }] })).toEqual([found])
  })

  it('has patience with what Tilt tripped over', () => {
    const patience = (updateError: string) =>
      tiltFindings(snapshot({ tilt: [{ name: 'vlagent', detail: '', state: 'failed', updateError }] }), 0)[0]
        ?.patience
    expect(patience('internal error: missing image status')).toBe(45)
    expect(patience('internal error: something else')).toBe(1)
  })

  it('is not a live update that failed: of that the container says more', () => {
    const failed = { name: 'api', detail: '', state: 'failed', updateError: 'exit code: 1' } as const
    expect(look({ tilt: [{ ...failed, liveUpdateFailed: true }] })).toEqual([])
    expect(look({ tilt: [failed] })).toEqual(['api: bad-manifest'])
  })

  it('names the file of a bad manifest as it is called in the repository', () => {
    const way = (folder: string) =>
      `accumulation err='accumulating resources from 'x': must resolve to a file': recursed accumulation of path '${root}/${folder}': accumulating resources: `
    const updateError = `error: accumulating resources: ${way('k8s/base')}${way('k8s/base/web')}accumulating resources from 'deployment.yaml': MalformedYAMLError: yaml: line 7: no in File: deployment.yaml`
    const [finding] = tiltFindings(
      snapshot({ tilt: [{ name: '(Tiltfile)', detail: '', state: 'failed', updateError }] }),
      0,
    )
    expect(finding?.message).toBe('k8s/base/web/deployment.yaml: MalformedYAMLError: yaml: line 7: no')
  })

  it('is a field that the schema lacks, by its path', () => {
    const answer = `deployment.apps/api
Error from server: failed to create typed patch object (dwaybank/web; apps/v1, Kind=Deployment): .spec.template.spec.serviceAcountName: field not declared in schema
Error from server (Invalid): Job.batch "migrate" is invalid: spec.template: field is immutable`
    expect(fieldFindingsIn(answer).map(({ resource, message }) => [resource, message])).toEqual([
      ['web', 'Deployment web has no field spec.template.spec.serviceAcountName'],
    ])
  })
})

describe('a live update that failed', () => {
  const part = {
    name: 'api',
    detail: 'exit code: 1',
    state: 'failed',
    updateError: 'x',
    liveUpdateFailed: true,
  } as const
  const status: SourceStatus = {
    service: 'api',
    pod: 'api-1',
    state: 'current',
    wanted: '',
    differences: [],
  }

  it('is forgotten only when every pod of the part runs the working tree', () => {
    expect(withSources([part], [status])).toEqual([{ name: 'api', detail: '', state: 'ready' }])
    expect(withSources([part], [])).toEqual([part])
    expect(withSources([part], [status, { ...status, pod: 'api-2', state: 'broken' }])).toEqual([part])
    expect(withSources([part], [{ ...status, service: 'web' }])).toEqual([part])
  })
})

describe('the pods that count', () => {
  it('are of the newest revision, and do not end', () => {
    const set = (uid: string, revision: string) => ({
      metadata: {
        ...pod('web', {}).metadata,
        uid,
        annotations: { 'deployment.kubernetes.io/revision': revision },
        ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'web' }],
      },
      spec: {},
    })
    const of = (uid: string, name: string): Pod => {
      const base = pod('web', {})
      return {
        ...base,
        metadata: { ...base.metadata, name, ownerReferences: [{ kind: 'ReplicaSet', name, uid }] },
      }
    }
    const ending = of('new', 'ending')
    ending.metadata.deletionTimestamp = 'now'
    const found = currentPods(
      [of('old', 'old'), of('new', 'new'), ending],
      [set('new', '10'), set('old', '9')],
    )
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['new'])
  })
})

describe('the first cause', () => {
  const policies = [edge('proxy', 'api'), edge('api', 'postgres')]
  const first = (...findings: Finding[]) => firstCause(findings, snapshot({ policies }))

  it('is the part that the others need', () => {
    const found = first(finding('proxy', 'crash'), finding('api', 'crash'), finding('postgres', 'crash'))
    expect(found).toMatchObject({ resource: 'postgres' })
  })

  it('is what can be no effect of another', () => {
    expect(first(finding('migrate', 'migration-failed'), finding('proxy', 'missing-config'))).toMatchObject({
      resource: 'proxy',
    })
    expect(first(finding('postgres', 'never-ready'), finding('api', 'no-dns'))).toMatchObject({
      cause: 'no-dns',
    })
  })

  it('is certain after its patience, without a break', () => {
    const watch = new Watch()
    const crash = [finding('api', 'crash', 5)]
    const at = (findings: Finding[], seconds: number) => watch.certain(findings, snapshot({}), seconds)
    expect(at(crash, 0)).toBeUndefined()
    expect(at([], 3)).toBeUndefined()
    expect(at(crash, 4)).toBeUndefined()
    expect(at(crash, 8)).toBeUndefined()
    expect(at(crash, 9)).toMatchObject({ shownSeconds: 5 })
  })
})
