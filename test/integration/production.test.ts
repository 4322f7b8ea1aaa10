import { describe, expect, it } from 'vitest'
import { type Manifest, parseManifests } from '../../scripts/lib/manifests.ts'
import { renderProduction, sampleRelease } from '../../scripts/lib/sample-release.ts'

interface Variable {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: { name: string; key: string } }
}

interface Pod {
  securityContext?: object
  automountServiceAccountToken?: boolean
  topologySpreadConstraints?: { topologyKey: string; matchLabelKeys: string[] }[]
  initContainers?: unknown[]
  volumes?: { name: string; secret?: { secretName: string; items?: { key: string }[] } }[]
  containers: {
    name: string
    image: string
    env?: Variable[]
    securityContext?: object
    volumeMounts?: { name: string; mountPath: string }[]
  }[]
}

interface Resource extends Manifest {
  data?: Record<string, string>
  rules?: { resources: string[]; resourceNames?: string[]; verbs: string[] }[]
  spec?: {
    template?: { spec: Pod }
    jobTemplate?: { spec: { template: { spec: Pod } } }
    suspend?: boolean
    minReplicas?: number
    maxReplicas?: number
    scaleTargetRef?: { kind: string; name: string }
    minAvailable?: number
    selector?: { matchLabels: object }
    egress?: { to?: { ipBlock?: { cidr: string } }[]; ports?: { port: number }[] }[]
    dataFrom?: { extract: { key: string } }[]
    volumeClaimTemplates?: { spec: { storageClassName?: string } }[]
  }
}

const rendered = await renderProduction(sampleRelease)
const resources = parseManifests<Resource>(rendered)
const ofKind = (kind: string) => resources.filter((resource) => resource.kind === kind)
const named = (kind: string) => ofKind(kind).map(({ metadata }) => metadata.name)
const find = (kind: string, name: string) => ofKind(kind).find(({ metadata }) => metadata.name === name)?.spec
const workloads = resources.flatMap(({ kind, metadata, spec }) => {
  const pod = spec?.template?.spec ?? spec?.jobTemplate?.spec.template.spec
  return pod ? [{ name: `${kind} ${metadata.name}`, namespace: metadata.namespace, pod }] : []
})
const ofTheBank = workloads.filter(({ namespace }) => namespace === 'dwaybank')
const scaled = ['api', 'proxy', 'web']
const locked = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

describe('what production would run', () => {
  it('is the bank and what watches it, without a store of its own', () => {
    expect(workloads.map(({ name }) => name).sort()).toEqual([
      'CronJob renew-certificate',
      'DaemonSet node-exporter',
      'DaemonSet vlagent',
      'Deployment api',
      'Deployment blackbox-exporter',
      'Deployment kube-state-metrics',
      'Deployment perses',
      'Deployment postgres-exporter',
      'Deployment proxy',
      'Deployment redis-exporter',
      'Deployment web',
      'Deployment zipkin',
      'Job migrate',
      'StatefulSet alertmanager',
      'StatefulSet prometheus',
      'StatefulSet victorialogs',
    ])
  })

  it('holds no Secret, only references to a store outside', () => {
    expect(ofKind('Secret')).toEqual([])
    const keys = ofKind('ExternalSecret').flatMap(({ spec }) =>
      spec?.dataFrom?.map(({ extract }) => extract.key),
    )
    expect(keys).toEqual(
      ['alertmanager', 'postgres-api', 'postgres-monitor', 'postgres-owner', 'redis-auth', 'tools-login'].map(
        (name) => `dwaybank/${name}`,
      ),
    )
  })

  it('names no Secret that is not fetched', () => {
    const used = [...rendered.matchAll(/secretKeyRef:\n(?:\s+key: .*\n)?\s+name: (.*)|secretName: (.*)/g)]
    const secrets = new Set(used.map(([, key, volume]) => key ?? volume))
    // What ACME writes to is made by hand, once.
    const written = ['acme-account', 'proxy-tls']
    expect([...secrets].sort()).toEqual([...named('ExternalSecret'), ...written].sort())
  })

  it.each([
    ['Deployment', 'api', ['DATABASE', 'REDIS']],
    ['Job', 'migrate', ['DATABASE']],
  ])(
    '%s %s finds its stores and logs into them by reference, and verifies who they are',
    (kind, name, stores) => {
      const pod = find(kind, name)?.template?.spec
      const { env: variables = [], volumeMounts = [] } = pod?.containers[0] ?? {}
      const about = variables.filter((variable) =>
        stores.some((store) => variable.name.startsWith(`${store}_`)),
      )
      for (const store of stores)
        expect(about.map((variable) => variable.name)).toEqual(
          expect.arrayContaining(['HOST', 'PORT', 'PASSWORD', 'CA_FILE'].map((what) => `${store}_${what}`)),
        )
      for (const variable of about) {
        // A file's place is no secret; what is in it comes from one.
        const mount = volumeMounts.find(({ mountPath }) => variable.value === `${mountPath}/ca.crt`)
        const secret = pod?.volumes?.find(({ name }) => name === mount?.name)?.secret?.secretName
        if (variable.value !== undefined) expect(variable.name).toMatch(/_CA_FILE$/)
        expect(named('ExternalSecret'), variable.name).toContain(
          secret ?? variable.valueFrom?.secretKeyRef?.name,
        )
      }
      // What the services do without this variable is to verify.
      expect(variables.map((variable) => variable.name)).not.toContain('DATABASE_TLS')
      expect(variables.map((variable) => variable.name)).not.toContain('REDIS_TLS')
    },
  )

  it.each([
    ['postgres', 'DATA_SOURCE_URI', '$(DATABASE_HOST):$(DATABASE_PORT)/$(DATABASE_NAME)?sslmode=verify-full'],
    ['redis', 'REDIS_ADDR', 'rediss://$(REDIS_HOST):$(REDIS_PORT)'],
  ])('the exporter of %s asks the store of its Secret, and verifies who that is', (store, name, address) => {
    const variables = find('Deployment', `${store}-exporter`)?.template?.spec.containers[0]?.env ?? []
    const place = (wanted: string) => variables.findIndex((variable) => variable.name === wanted)
    expect(variables[place(name)]?.value).toBe(address)
    // Kubernetes puts in what stands before.
    for (const [, part = ''] of address.matchAll(/\$\((\w+)\)/g)) {
      expect(place(part), part).toBeLessThan(place(name))
      expect(named('ExternalSecret')).toContain(variables[place(part)]?.valueFrom?.secretKeyRef?.name)
    }
  })

  it.each([
    ['allow-api-to-postgres-egress', sampleRelease.postgres],
    ['allow-api-to-redis-egress', sampleRelease.redis],
    ['allow-migrate-to-postgres-egress', sampleRelease.postgres],
    ['allow-postgres-exporter-to-postgres-egress', sampleRelease.postgres],
    ['allow-redis-exporter-to-redis-egress', sampleRelease.redis],
    ['allow-alertmanager-to-receivers-egress', sampleRelease.receivers],
    ['allow-kube-state-metrics-to-cluster-egress', sampleRelease.apiServer],
    ['allow-vlagent-to-cluster-egress', sampleRelease.apiServer],
    ['allow-acme-to-cluster-egress', sampleRelease.apiServer],
    ['allow-acme-to-directory-egress', sampleRelease.acme.address],
  ])('%s leads to the network that the release names, and nowhere else', (policy, { cidr, port }) => {
    expect(find('NetworkPolicy', policy)?.egress).toEqual([
      { to: [{ ipBlock: { cidr } }], ports: [{ port, protocol: 'TCP' }] },
    ])
  })

  it('leads out of the cluster nowhere else, but for what Prometheus asks of kubelets', () => {
    const { cidr, port } = sampleRelease.apiServer
    expect(find('NetworkPolicy', 'allow-prometheus-to-cluster-egress')?.egress).toEqual([
      { to: [{ ipBlock: { cidr } }], ports: [{ port, protocol: 'TCP' }] },
      { ports: [{ port: 10250, protocol: 'TCP' }] },
    ])
    const open = resources.filter(({ spec }) => spec?.egress?.some((rule) => !rule.to) ?? false)
    expect(open.map(({ metadata }) => metadata.name)).toEqual(['allow-prometheus-to-cluster-egress'])
    expect(rendered).not.toContain('255.255.255.255')
  })

  it('keeps metrics, logs and alerts on volumes of the class that the release names', () => {
    const claims = ofKind('StatefulSet').flatMap(({ spec }) => spec?.volumeClaimTemplates ?? [])
    expect(claims.map(({ spec }) => spec.storageClassName)).toEqual(['durable', 'durable', 'durable'])
  })

  it('spells out no credential', () => {
    for (const { name, pod } of workloads) {
      const variables = pod.containers.flatMap(({ env }) => env ?? [])
      const spelt = variables.filter((variable) => /PASSWORD|SECRET|TOKEN|_KEY$/.test(variable.name))
      for (const variable of spelt) expect(variable, name).not.toHaveProperty('value')
    }
    expect(rendered).not.toMatch(/PRIVATE KEY/)
  })

  it('has nothing of a developer in it: no tool, no local name, no port of a node', () => {
    // Perses and Prometheus's pages script inline, behind the tools' login.
    const others = rendered.replace(/map \$host \$tool_scripts \{[^}]*\}/, '')
    expect(others).not.toBe(rendered)
    expect(others).not.toMatch(/pgadmin|redis-commander|mailbox|localhost|nodePort|unsafe-inline/)
    for (const { name, pod } of workloads) expect(pod.initContainers, name).toBeUndefined()
  })

  it('takes every image by the digest that the release names', () => {
    const images = workloads.flatMap(({ pod }) => pod.containers.map(({ image }) => image))
    expect([...new Set(images)].sort()).toEqual(Object.values(sampleRelease.images).sort())
    for (const image of images) expect(image).toMatch(/^[\w.-]+\/[\w./-]+@sha256:[0-9a-f]{64}$/)
  })

  it('is not rendered at all without a release, and says what is missing', async () => {
    await expect(renderProduction(undefined)).rejects.toThrow(
      /overlays\/production\/release.*kustomization\.yaml/,
    )
  })

  it('tells the API server who they are only of what asks it', () => {
    const asking = workloads.filter(({ pod }) => pod.automountServiceAccountToken !== false)
    expect(asking.map(({ name }) => name).sort()).toEqual([
      'CronJob renew-certificate',
      'DaemonSet vlagent',
      'Deployment kube-state-metrics',
      'StatefulSet prometheus',
    ])
  })

  it('asks the directory of the release for certificates, and lets that write what it must and read nothing', () => {
    expect(find('CronJob', 'renew-certificate')).not.toHaveProperty('suspend')
    const { data } = ofKind('ConfigMap').find(({ metadata }) => metadata.name === 'acme') ?? {}
    expect(data).toMatchObject({
      DIRECTORY_URL: sampleRelease.acme.directory,
      HTTPS_PROXY: sampleRelease.acme.proxy,
      PROXY: 'proxy:80',
    })
    expect(data).not.toHaveProperty('ROOTS_URL')
    const role = ofKind('Role').find(({ metadata }) => metadata.name === 'acme')
    expect(role?.rules).toEqual([
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['proxy-tls', 'acme-account'],
        verbs: ['patch'],
      },
      { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['proxy'], verbs: ['patch'] },
    ])
  })

  it('has two agents on each node, in a namespace of theirs, without a capability', () => {
    const agents = workloads.filter((workload) => !ofTheBank.includes(workload))
    expect(agents.map(({ name }) => name).sort()).toEqual(['DaemonSet node-exporter', 'DaemonSet vlagent'])
    for (const { name, namespace, pod } of agents) {
      expect(namespace).toBe('dwaybank-node')
      expect(
        pod.containers.map(({ securityContext }) => securityContext),
        name,
      ).toEqual([locked])
    }
  })

  it.each(ofTheBank)('$name is restricted', ({ pod }) => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001 })
    expect(pod.securityContext).toMatchObject({ seccompProfile: { type: 'RuntimeDefault' } })
    for (const { securityContext } of pod.containers) expect(securityContext).toEqual(locked)
  })

  it('has an autoscaler and a disruption budget for each service, and for nothing else', () => {
    expect(named('HorizontalPodAutoscaler')).toEqual(scaled)
    expect(named('PodDisruptionBudget')).toEqual(scaled)
  })

  it.each(scaled)('%s runs at least twice, and a drained node takes one of them at most', (name) => {
    const autoscaler = find('HorizontalPodAutoscaler', name)
    const budget = find('PodDisruptionBudget', name)
    const least = autoscaler?.minReplicas ?? 0
    expect(least).toBeGreaterThanOrEqual(2)
    expect(autoscaler?.maxReplicas).toBeGreaterThan(least)
    expect(autoscaler?.scaleTargetRef).toMatchObject({ kind: 'Deployment', name })
    // A number of its own in the Deployment would undo the autoscaler's at every release.
    expect(find('Deployment', name)).not.toHaveProperty('replicas')
    // One may go, and one stays: with none to spare a node could never be drained.
    expect(budget?.minAvailable).toBeGreaterThanOrEqual(1)
    expect(least - (budget?.minAvailable ?? 0)).toBeGreaterThanOrEqual(1)
    expect(budget?.selector?.matchLabels).toMatchObject(find('Deployment', name)?.selector?.matchLabels ?? {})
  })

  it.each(scaled)('%s is spread over nodes and zones, each revision by itself', (name) => {
    const constraints = find('Deployment', name)?.template?.spec.topologySpreadConstraints ?? []
    expect(constraints.map(({ topologyKey }) => topologyKey)).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ])
    for (const { matchLabelKeys } of constraints)
      expect(matchLabelKeys).toEqual(['app.kubernetes.io/name', 'pod-template-hash'])
  })
})
