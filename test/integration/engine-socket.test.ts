import { describe, expect, it } from 'vitest'
import { names } from '../../scripts/lib/settings.ts'
import { $, getJson, kubectlBank } from '../../scripts/lib/shell.ts'
import { parseManifests } from '../../scripts/lib/manifests.ts'
import { renderOverlay } from '../../scripts/lib/overlay.ts'
import { renderProduction, sampleRelease } from '../../scripts/lib/sample-release.ts'

interface PodSpec {
  hostNetwork?: boolean
  hostPID?: boolean
  hostIPC?: boolean
  volumes?: Record<string, unknown>[]
}

/** What of the node's own a pod would see; the engine's socket could only come in as one of these. */
function ofTheNode({ hostNetwork, hostPID, hostIPC, volumes = [] }: PodSpec): string[] {
  const shared = Object.entries({ hostNetwork, hostPID, hostIPC }).filter(([, value]) => value === true)
  const paths = volumes
    .filter((volume) => 'hostPath' in volume)
    .map((volume) => `volume ${String(volume['name'])}`)
  return [...shared.map(([name]) => name), ...paths]
}

/** Every pod that a manifest describes, however deep it lies. */
function podsIn(value: unknown): PodSpec[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'containers' in value ? [value as PodSpec] : []
  return [...own, ...Object.values(value).flatMap(podsIn)]
}

it('what is looked for would be found', () => {
  const volumes = [{ name: 'stolen', hostPath: { path: '/var/run/docker.sock' } }]
  const planted = { spec: { template: { spec: { containers: [{}], hostNetwork: true, volumes } } } }
  expect(podsIn(planted).flatMap(ofTheNode)).toEqual(['hostNetwork', 'volume stolen'])
})

/** What a node's own agents need of it: to read, but for how far the logs were read. */
const ofAgents = ['node-exporter proc', 'node-exporter sys', 'node-exporter root'].concat([
  'vlagent containers',
  'vlagent pods',
  'vlagent state',
])

describe.each([
  ['dev', () => renderOverlay('dev')],
  ['dev-full', () => renderOverlay('dev-full')],
  ['production', () => renderProduction(sampleRelease)],
])('the overlay %s', (_overlay, render) => {
  it("gives no pod anything of the node's, let alone the engine's socket", async () => {
    const rendered = await render()
    const manifests = parseManifests(rendered)
    const pods = manifests.filter(({ metadata }) => metadata.namespace === names.namespace).flatMap(podsIn)
    expect(pods.length).toBeGreaterThan(3)
    expect(pods.flatMap(ofTheNode)).toEqual([])
    const others = manifests
      .filter(({ metadata }) => metadata.namespace !== names.namespace)
      .flatMap((manifest) =>
        podsIn(manifest)
          .flatMap(ofTheNode)
          .map((what) => `${manifest.metadata.name} ${what.replace('volume ', '')}`),
      )
    expect(ofAgents).toEqual(expect.arrayContaining(others))
    expect(rendered).not.toMatch(/docker\.sock|containerd\.sock/)
  })
})

it("no pod of the bank has anything of the node's, whoever made it", async () => {
  const { items } = await getJson<{ items: { metadata: { name: string }; spec: PodSpec }[] }>([
    ...['pods', '--namespace', names.namespace],
  ])
  expect(items.length).toBeGreaterThan(3)
  expect(
    items.flatMap(({ metadata, spec }) => ofTheNode(spec).map((what) => `${metadata.name}: ${what}`)),
  ).toEqual([])
})

describe('a pod that keeps every other rule', () => {
  const create = (extra: object, mounts: object[] = []) => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'intruder' },
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'intruder',
            image: 'intruder',
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            volumeMounts: mounts,
          },
        ],
        ...extra,
      },
    }
    const words = ['create', '--dry-run=server', '--filename', '-']
    return kubectlBank(words, JSON.stringify(pod)).nothrow()
  }

  it.each([
    ["the engine's socket", '/var/run/docker.sock'],
    ["the node's own engine", '/run/containerd/containerd.sock'],
    ['any folder of the node', '/'],
  ])('is refused for mounting %s', async (_what, file) => {
    const volumes = [{ name: 'stolen', hostPath: { path: file } }]
    const { exitCode, stderr } = await create({ volumes }, [{ name: 'stolen', mountPath: '/stolen' }])
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('violates PodSecurity "restricted:latest"')
    expect(stderr).toMatch(/hostPath|restricted volume types/)
  })

  it("is refused for the node's network or processes, and taken without", async () => {
    expect((await create({ hostNetwork: true })).stderr).toContain('host namespaces')
    expect((await create({ hostPID: true })).stderr).toContain('host namespaces')
    expect((await create({})).stderr).toBe('')
  })
})

it("the cluster's nodes do not have the socket either", async () => {
  const label = `label=io.x-k8s.kind.cluster=${names.cluster}`
  const nodes = (await $`docker ps --filter ${label} --format ${'{{.Names}}'}`).stdout
    .split('\n')
    .filter(Boolean)
  expect(nodes.length).toBeGreaterThan(0)
  for (const node of nodes) {
    const { stdout } = await $`docker inspect --format ${'{{json .Mounts}}'} ${node}`
    const mounts = JSON.parse(stdout) as { Type: string; Source: string }[]
    expect(mounts.filter(({ Source }) => /\.sock$|^\/(run|etc|root|home)?$/.test(Source))).toEqual([])
  }
})
