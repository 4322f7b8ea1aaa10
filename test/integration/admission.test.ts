import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Manifest, parseManifests } from '../../scripts/lib/manifests.ts'
import { getJson, kubectl } from '../../scripts/lib/shell.ts'
import { renderProduction, sampleRelease } from '../../scripts/lib/sample-release.ts'

// Pods that each break one rule, in namespaces of a staging and a production that nobody enforces Pod Security in: what
// refuses them is the policies alone. Nothing is made: admission looks at a dry run as at any other.
const tail = randomBytes(3).toString('hex')
const stages = { staging: `staging-${tail}`, production: `production-${tail}`, unlisted: `unlisted-${tail}` }
const image = sampleRelease.images.api
const { api, web } = sampleRelease.images

type Fields = Record<string, unknown>

const container = {
  name: 'one',
  image,
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '10m', memory: '16Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
  readinessProbe: { tcpSocket: { port: 3000 } },
  livenessProbe: { tcpSocket: { port: 3000 } },
}
const podSpec = {
  securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container],
}
const withContainer = (fields: Fields) => ({ ...podSpec, containers: [{ ...container, ...fields }] })
const withSecurity = (fields: Fields) =>
  withContainer({ securityContext: { ...container.securityContext, ...fields } })
const { requests, limits } = container.resources

/** What is wrong with a pod, who refuses it and what it is told to do. */
const bad: [name: string, policy: string, told: string, spec: Fields][] = [
  [
    'tag',
    'image-by-digest',
    'Take it as scripts/release.ts prints it',
    withContainer({ image: 'example.com/api:1.0' }),
  ],
  [
    'no-tag',
    'image-by-digest',
    'not named by a digest: example.com/api',
    withContainer({ image: 'example.com/api' }),
  ],
  [
    'unknown-digest',
    'approved-image',
    'Publish it by scripts/release.ts',
    withContainer({ image: `example.com/api@sha256:${'0'.repeat(64)}` }),
  ],
  [
    'initial-tag',
    'image-by-digest',
    'not named by a digest',
    {
      ...podSpec,
      initContainers: [
        {
          ...container,
          readinessProbe: undefined,
          livenessProbe: undefined,
          name: 'first',
          image: 'busybox',
        },
      ],
    },
  ],
  ['root', 'least-privilege', 'set securityContext.runAsUser to 1001', withSecurity({ runAsUser: 0 })],
  [
    'maybe-root',
    'least-privilege',
    'set securityContext.runAsNonRoot to true',
    withSecurity({ runAsNonRoot: false }),
  ],
  [
    'escalation',
    'least-privilege',
    'set securityContext.allowPrivilegeEscalation to false',
    withSecurity({ allowPrivilegeEscalation: true }),
  ],
  [
    'capability',
    'least-privilege',
    'drop ALL of them and add none',
    withSecurity({ capabilities: { drop: ['ALL'], add: ['NET_RAW'] } }),
  ],
  ['writable-root', 'least-privilege', 'mount an emptyDir', withSecurity({ readOnlyRootFilesystem: false })],
  [
    'host-path',
    'no-node-access',
    'replace hostPath',
    { ...podSpec, volumes: [{ name: 'socket', hostPath: { path: '/var/run' } }] },
  ],
  ['host-network', 'no-node-access', 'remove hostNetwork', { ...podSpec, hostNetwork: true }],
  ['host-processes', 'no-node-access', 'remove hostPID', { ...podSpec, hostPID: true }],
  [
    'host-port',
    'no-node-access',
    'remove hostPort',
    withContainer({ ports: [{ containerPort: 3000, hostPort: 3000 }] }),
  ],
  [
    'no-limit',
    'resources',
    'set resources.limits',
    withContainer({ resources: { requests, limits: { cpu: limits.cpu } } }),
  ],
  [
    'no-request',
    'resources',
    'set resources.requests',
    withContainer({ resources: { requests: { memory: requests.memory } } }),
  ],
  [
    'not-ready',
    'probes',
    'give its container a readinessProbe',
    withContainer({ readinessProbe: undefined }),
  ],
  ['not-alive', 'probes', 'give its container a livenessProbe', withContainer({ livenessProbe: undefined })],
]

const pod = (name: string, spec: Fields): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec,
})
const labels = { app: 'planted' }
const template = (spec: Fields) => ({ metadata: { labels }, spec })
const deployment = (name: string, spec: Fields): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { selector: { matchLabels: labels }, template: template(spec) },
})
const cronJob = (name: string, spec: Fields): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name },
  spec: {
    schedule: '0 0 * * *',
    jobTemplate: { spec: { template: template({ ...spec, restartPolicy: 'Never' }) } },
  },
})

/** What the API server says of objects as if it were to make them: what it refused, each with the reason. */
async function tryOut(
  namespace: string,
  objects: readonly Manifest[],
): Promise<{ made: string; refused: string[] }> {
  const words = [
    '--namespace',
    namespace,
    'create',
    '--dry-run=server',
    '--output',
    'name',
    '--filename',
    '-',
  ]
  const list = { apiVersion: 'v1', kind: 'List', items: objects }
  const { stdout, stderr } = await kubectl(words, JSON.stringify(list)).nothrow()
  return {
    made: stdout,
    refused: stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Warning')),
  }
}

const refusal = (name: string, policy: string, told: string) =>
  expect.stringMatching(
    new RegExp(
      `"${name}" is (?:forbidden|invalid): (?:: )?ValidatingAdmissionPolicy '${policy}' with binding '${policy}-release' denied request: .*${told}`,
    ),
  ) as unknown

/** The list of a release, in a namespace. */
const list = (namespace: string, images: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'approved-images', namespace },
  data: { images: images.join('\n') },
})
const create = (items: readonly object[]) =>
  kubectl(['create', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))

beforeAll(async () => {
  const namespaces = Object.entries(stages).map(([stage, name]) => {
    const held = { 'dwaybank.dev/stage': stage === 'unlisted' ? 'production' : stage }
    return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: held } }
  })
  const images = Object.values(sampleRelease.images)
  await create([...namespaces, list(stages.staging, images), list(stages.production, images)])
})
afterAll(() => kubectl(['delete', 'namespace', ...Object.values(stages), '--wait=false']).nothrow())

describe.each(['staging', 'production'] as const)('in %s', (stage) => {
  const namespace = stages[stage]

  it('each bad pod is refused by the policy that is about it alone, which says what to do', async () => {
    const { made, refused } = await tryOut(
      namespace,
      bad.map(([name, , , spec]) => pod(name, spec)),
    )
    expect(made).toBe('')
    expect(refused).toEqual(bad.map(([name, policy, told]) => refusal(name, policy, told)))
  })

  it('what would make such pods is refused where it is applied', async () => {
    const workloads = [
      deployment('tagged', withContainer({ image: 'example.com/api:1.0' })),
      deployment('unprobed', withContainer({ livenessProbe: undefined })),
      cronJob('nightly', withSecurity({ readOnlyRootFilesystem: false })),
    ]
    const { made, refused } = await tryOut(namespace, workloads)
    expect(made).toBe('')
    expect(refused).toEqual([
      refusal('tagged', 'image-by-digest', 'scripts/release.ts'),
      refusal('unprobed', 'probes', 'livenessProbe'),
      refusal('nightly', 'least-privilege', 'emptyDir'),
    ])
  })

  it('the good ones are admitted', async () => {
    const { made, refused } = await tryOut(namespace, [
      pod('good', podSpec),
      deployment('good', podSpec),
      // What ends by itself is asked nothing.
      cronJob('good', withContainer({ readinessProbe: undefined, livenessProbe: undefined })),
    ])
    expect(refused).toEqual([])
    expect(made.trim().split('\n')).toEqual(['pod/good', 'deployment.apps/good', 'cronjob.batch/good'])
  })
})

it('where no release has written a list, nothing is approved', async () => {
  const { made, refused } = await tryOut(stages.unlisted, [pod('good', podSpec)])
  expect(made).toBe('')
  expect(refused).toEqual([expect.stringContaining('no params found for policy binding')])
})

it('what is in the list no more can still be scaled away, and not started anew', async () => {
  const namespace = stages.unlisted
  await create([list(namespace, [api, web])])
  const replicas = (count: number) => {
    const { spec, ...rest } = deployment('old', podSpec)
    return JSON.stringify({ ...rest, spec: { ...(spec as object), replicas: count } })
  }
  const apply = (text: string) =>
    kubectl(['--namespace', namespace, 'apply', '--filename', '-'], text).nothrow()
  expect((await apply(replicas(0))).stderr).toBe('')
  const shorter = JSON.stringify({ data: { images: web } })
  await kubectl(['--namespace', namespace, 'patch', 'configmap', 'approved-images', '--patch', shorter])
  await expect
    .poll(async () => (await tryOut(namespace, [pod('good', podSpec)])).refused, { timeout: 15_000 })
    .toEqual([refusal('good', 'approved-image', 'scripts/release.ts')])
  expect((await apply(replicas(1))).stderr).toBe('')
  expect((await apply(replicas(0))).stderr).toBe('')
})

it("all that production is made of is admitted, the node's agents in their own namespace", async () => {
  const manifests = parseManifests(await renderProduction(sampleRelease))
  const workloads = manifests.filter(
    ({ kind, metadata }) =>
      /^(Deployment|StatefulSet|Job|CronJob)$/.test(kind) && metadata.namespace === 'dwaybank',
  )
  const moved = workloads.map(({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, namespace: stages.production },
  }))
  expect(moved.length).toBeGreaterThan(10)
  expect(await tryOut(stages.production, moved)).toMatchObject({ refused: [] })
})

describe('in dev', () => {
  const namespace = 'dwaybank'

  it('its own namespace is held to what is true of it', async () => {
    const { metadata } = await getJson<Manifest & { metadata: { labels: object } }>(['namespace', namespace])
    expect(metadata.labels).toMatchObject({ 'dwaybank.dev/stage': 'dev' })
    const { refused } = await tryOut(namespace, [
      // The LimitRange completes a pod, and no template.
      deployment('no-limit', withContainer({ resources: { requests } })),
      pod('writable-root', withSecurity({ readOnlyRootFilesystem: false })),
      deployment('host-network', { ...podSpec, hostNetwork: true }),
      deployment('not-alive', withContainer({ livenessProbe: undefined })),
    ])
    expect(refused).toEqual([
      expect.stringContaining("'resources' with binding 'resources-dev'"),
      expect.stringContaining("'least-privilege' with binding 'least-privilege-dev'"),
      expect.stringContaining("'no-node-access' with binding 'no-node-access-dev'"),
      expect.stringContaining("'probes' with binding 'probes-dev'"),
    ])
  })

  it('a tag is taken, since Tilt names what it builds by one', async () => {
    expect(
      await tryOut(namespace, [pod('tag', withContainer({ image: 'localhost:5000/api:tilt-1' }))]),
    ).toMatchObject({
      refused: [],
    })
  })
})
