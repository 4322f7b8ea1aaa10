import { describe, expect, it } from 'vitest'
import { getJson, kubectl, kubectlBank } from '../../scripts/lib/shell.ts'
import { names } from '../../scripts/lib/settings.ts'
import { inContainer, type Pod, runningPods } from '../support/pods.ts'

const pods = await runningPods()
const containers = pods.flatMap((pod) =>
  pod.spec.containers.map(({ name }) => [pod.metadata.name, name] as const),
)

/** The fields of /proc/1/status: what the kernel says of a container's first process. */
async function kernelStatus(pod: string, container: string): Promise<Map<string, string>> {
  const { stdout } = await inContainer(pod, container, ['cat', '/proc/1/status'])
  return new Map(
    stdout.split('\n').map((line) => {
      const [name = '', value = ''] = line.split(':')
      return [name, value.trim().replace(/\s+/g, ' ')]
    }),
  )
}

it('every service of the bank runs', () => {
  const services = pods.map(({ metadata }) => metadata.labels['app.kubernetes.io/name'])
  expect(services).toEqual(expect.arrayContaining(['api', 'web', 'proxy', 'postgres', 'redis']))
})

describe.each(containers)('in pod %s, container %s', (pod, container) => {
  it('runs as dwaybank, without capabilities, new privileges or unfiltered system calls', async () => {
    const status = await kernelStatus(pod, container)
    expect(status.get('Uid')).toBe('1001 1001 1001 1001')
    expect(status.get('Gid')).toBe('1001 1001 1001 1001')
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      expect(status.get(set), set).toBe('0000000000000000')
    }
    expect(status.get('NoNewPrivs')).toBe('1')
    expect(status.get('Seccomp')).toBe('2')
  })

  it('cannot write to its root file system', async () => {
    for (const folder of ['/', '/etc', '/usr/bin', '/home/dwaybank']) {
      const { exitCode, stderr } = await inContainer(pod, container, [
        'sh',
        '-c',
        `echo >${folder}/written-by-a-test`,
      ])
      expect(exitCode, folder).not.toBe(0)
      expect(stderr, folder).toMatch(/Read-only file system|Permission denied/)
    }
    const mount = await inContainer(pod, container, ['grep', ' / ', '/proc/mounts'])
    expect(mount.stdout).toMatch(/ ro[, ]/)
  })

  // What asks the API server for what there is may list it, and nothing else.
  it.skipIf(/^(prometheus|kube-state-metrics)-/.test(pod))('has no service account token', async () => {
    const { exitCode } = await inContainer(pod, container, ['test', '-e', '/var/run/secrets/kubernetes.io'])
    expect(exitCode).toBe(1)
  })
})

describe('every container, the initial ones too', () => {
  const all = pods.flatMap(({ metadata, spec }) =>
    [...spec.containers, ...(spec.initContainers ?? [])].map(
      (container) => [metadata.name, container.name, container.resources] as const,
    ),
  )

  it.each(all)(
    'of %s, %s, requests and is limited in CPU and memory',
    (_pod, _name, { requests, limits }) => {
      expect(requests).toMatchObject({
        cpu: expect.any(String) as string,
        memory: expect.any(String) as string,
      })
      expect(limits).toMatchObject({
        cpu: expect.any(String) as string,
        memory: expect.any(String) as string,
      })
    },
  )

  it.each([
    ['api', { cpu: '1', memory: '1Gi' }],
    ['web', { cpu: '500m', memory: '256Mi' }],
  ])('of %s has the limits that were agreed on', (service, limits) => {
    const found = pods.find(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === service)
    expect(found?.spec.containers[0]?.resources.limits).toEqual(limits)
  })
})

describe('the namespace', () => {
  /** A pod that has nothing of what the namespace insists on, but what is given. */
  const pod = (security: { pod?: object; container?: object }) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'intruder' },
      spec: {
        securityContext: security.pod,
        containers: [{ name: 'intruder', image: 'intruder', securityContext: security.container }],
      },
    })
  const harmless = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const nonRoot = { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } }
  const tryOut = (text: string) =>
    kubectlBank(['create', '--dry-run=server', '--filename', '-'], text).nothrow()

  it.each([
    [
      'that runs as root',
      pod({ pod: { ...nonRoot, runAsNonRoot: false, runAsUser: 0 }, container: harmless }),
    ],
    ['that asks for nothing', pod({})],
    ['that is privileged', pod({ pod: nonRoot, container: { privileged: true } })],
    ['that keeps its capabilities', pod({ pod: nonRoot, container: { allowPrivilegeEscalation: false } })],
  ])('refuses a pod %s', async (_what, text) => {
    const { exitCode, stderr } = await tryOut(text)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('violates PodSecurity "restricted:latest"')
  })

  it('takes a pod that is restricted', async () => {
    expect((await tryOut(pod({ pod: nonRoot, container: harmless }))).stderr).toBe('')
  })

  it('enforces it by its own label', async () => {
    const { metadata } = await getJson<Pick<Pod, 'metadata'>>(['namespace', names.namespace])
    expect(metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted')
  })

  it('gives its service accounts no rights', async () => {
    for (const { spec } of pods) {
      const who = `system:serviceaccount:${names.namespace}:${spec.serviceAccountName}`
      const may = await kubectl([
        'auth',
        'can-i',
        'list',
        'secrets',
        '--namespace',
        names.namespace,
        '--as',
        who,
      ]).nothrow()
      expect(may.stdout.trim(), who).toBe('no')
    }
  })
})
