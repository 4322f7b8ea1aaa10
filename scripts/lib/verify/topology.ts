import {
  isReady,
  NAME_LABEL,
  type Container,
  type Job,
  type Labels,
  type Pod,
  type Service,
} from '../kubernetes.ts'
import { restrictedPod } from '../restricted-pod.ts'
import type { Endpoint, TargetPort } from './policies.ts'
import type { Protocol } from './probe-script.ts'

/** A pod that tries to reach others. */
export interface Source {
  /** The service that it belongs to. */
  service: string
  namespace: string
  pod: string
  container: string
  endpoint: Endpoint
}

/** A port that others try to reach. */
export interface Target {
  service: string
  port: TargetPort
  endpoint: Endpoint
  /** Where those go who are allowed: the Service if there is one for the port. */
  address: { host: string; port: number }
  protocol: Protocol
}

/** One running pod of each service, a ready one if there is one. Pods of Jobs that are done are not among them. */
export function onePodEach(pods: readonly Pod[]): Map<string, Pod> {
  const chosen = new Map<string, Pod>()
  for (const pod of pods) {
    const service = pod.metadata.labels?.[NAME_LABEL]
    if (!service || pod.status.phase !== 'Running' || !pod.status.podIP) continue
    const other = chosen.get(service)
    if (!other || (!isReady(other) && isReady(pod))) chosen.set(service, pod)
  }
  return chosen
}

/** A pod as policies see it. */
export function endpointOf(pod: Pod, namespaceLabels: Labels): Endpoint {
  const { namespace, labels = {} } = pod.metadata
  return { namespace, namespaceLabels, labels, ip: pod.status.podIP ?? '' }
}

/** A pod as something that can try to reach others. */
export function sourceOf(service: string, pod: Pod, namespaceLabels: Labels): Source {
  const { name, namespace } = pod.metadata
  const container = pod.spec.containers[0]?.name ?? service
  return { service, namespace, pod: name, container, endpoint: endpointOf(pod, namespaceLabels) }
}

/** What is spoken on a port, as its name says; the path is the one that the kubelet asks. */
function protocolOf(container: Container, port: TargetPort): Protocol {
  if (port.name === 'postgres') return { kind: 'query' }
  if (port.name === 'redis') return { kind: 'ping' }
  const probes = [container.readinessProbe, container.livenessProbe, container.startupProbe]
  const asked = probes
    .map((probe) => probe?.httpGet)
    .find((get) => get?.port === port.number || (port.name !== undefined && get?.port === port.name))
  if (!asked && port.name !== 'http' && port.name !== 'https') return { kind: 'connect' }
  const secure = asked ? asked.scheme === 'HTTPS' : port.name === 'https'
  return { kind: 'http', path: asked?.path ?? '/', secure }
}

function servicePort(
  services: readonly Service[],
  pod: Pod,
  port: TargetPort,
): Target['address'] | undefined {
  const labels = pod.metadata.labels ?? {}
  for (const { metadata, spec } of services) {
    const { selector } = spec
    if (!selector || !Object.entries(selector).every(([key, value]) => labels[key] === value)) continue
    const found = spec.ports?.find(({ targetPort }) => targetPort === port.number || targetPort === port.name)
    if (found) return { host: metadata.name, port: found.port }
  }
  return undefined
}

/** Every TCP port that a pod declares. */
export function targetsOf(
  service: string,
  pod: Pod,
  namespaceLabels: Labels,
  services: readonly Service[],
): Target[] {
  return pod.spec.containers.flatMap((container) =>
    (container.ports ?? [])
      .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
      .map(({ containerPort, name }) => {
        const port: TargetPort =
          name === undefined ? { number: containerPort } : { number: containerPort, name }
        const endpoint = endpointOf(pod, namespaceLabels)
        const address = servicePort(services, pod, port) ?? { host: endpoint.ip, port: containerPort }
        return { service, port, endpoint, address, protocol: protocolOf(container, port) }
      }),
  )
}

/**
 * A Job's pod that does nothing but wait: it stands for one that has done its work and ended. Its gate never opens, so no
 * Service leads to it.
 */
export function standInFor(job: Job, name: string, labels: Labels): object {
  const { metadata, spec } = job.spec.template
  const [container] = spec.containers
  const own = Object.entries(metadata?.labels ?? {}).filter(([key]) => key.startsWith('app.kubernetes.io/'))
  const {
    livenessProbe: _l,
    readinessProbe: _r,
    startupProbe: _s,
    ...rest
  } = container ?? { name, image: '' }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: job.metadata.namespace, labels: { ...Object.fromEntries(own), ...labels } },
    spec: {
      ...spec,
      ...patience,
      readinessGates: [{ conditionType: 'dwaybank.dev/serves' }],
      initContainers: [],
      containers: [{ ...rest, command: ['sleep', String(patience.activeDeadlineSeconds)], args: [] }],
    },
  }
}

/** A pod that has nothing to do with the bank, in a namespace of its own. */
export function strangerPod(namespace: string, image: string): object {
  return restrictedPod('stranger', {
    namespace,
    image,
    command: ['sleep', String(patience.activeDeadlineSeconds)],
    spec: patience,
    container: { resources: { limits: { cpu: '500m', memory: '128Mi' } } },
  })
}

const patience = {
  restartPolicy: 'Never',
  activeDeadlineSeconds: 180,
  terminationGracePeriodSeconds: 0,
} as const
