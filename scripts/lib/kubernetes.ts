// The parts of Kubernetes objects that the scripts read.

export type Labels = Readonly<Record<string, string>>

export interface Metadata {
  name: string
  namespace: string
  uid: string
  creationTimestamp: string
  labels?: Labels
  annotations?: Labels
  ownerReferences?: { kind: string; name: string; uid: string }[]
}

export interface ContainerPort {
  name?: string
  containerPort: number
  protocol?: string
}

export interface Probe {
  httpGet?: { path?: string; port: number | string; scheme?: 'HTTP' | 'HTTPS' }
  tcpSocket?: { port: number | string }
  exec?: { command: string[] }
}

export interface Container {
  name: string
  image: string
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> }
  ports?: ContainerPort[]
  livenessProbe?: Probe
  readinessProbe?: Probe
  startupProbe?: Probe
}

export interface PodSpec {
  containers: Container[]
  initContainers?: Container[]
  serviceAccountName?: string
  nodeName?: string
}

export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason?: string
  message?: string
}

/** How a container ended. */
export interface Termination {
  reason?: string
  exitCode?: number
  message?: string
  finishedAt?: string
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string }
  running?: { startedAt?: string }
  terminated?: Termination
}

export interface ContainerStatus {
  name?: string
  /** With the name of the runtime before it. */
  containerID?: string
  ready: boolean
  /** Whether the startup probe has succeeded. */
  started?: boolean
  restartCount: number
  state: ContainerState
  lastState?: ContainerState
}

export interface Pod {
  metadata: Metadata & { deletionTimestamp?: string }
  spec: PodSpec
  status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
    reason?: string
    message?: string
    podIP?: string
    conditions?: Condition[]
    initContainerStatuses?: ContainerStatus[]
    containerStatuses?: ContainerStatus[]
  }
}

/** A Deployment or a StatefulSet. */
export interface Workload {
  metadata: Metadata & { generation?: number }
  spec: { replicas?: number }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    readyReplicas?: number
  }
}

export interface ReplicaSet {
  metadata: Metadata
  spec: { replicas?: number }
}

export interface Node {
  metadata: Metadata
  status: { conditions?: Condition[] }
}

/** What a controller or the kubelet tells about an object. */
export interface KubernetesEvent {
  metadata: Metadata
  type?: string
  reason?: string
  message?: string
  /** How often it was seen. */
  count?: number
  involvedObject: { kind: string; name: string; uid?: string }
  lastTimestamp?: string | null
  eventTime?: string | null
}

export interface Service {
  metadata: Metadata
  spec: { selector?: Labels; ports?: { port: number; targetPort: number | string; protocol?: string }[] }
}

export interface Job {
  metadata: Metadata
  spec: { template: { metadata?: { labels?: Labels }; spec: PodSpec } }
}

export interface List<T> {
  items: T[]
}

/** The label by which the bank's pods are told apart. */
export const NAME_LABEL = 'app.kubernetes.io/name'

/** Whether every pod of a workload is of its newest revision and ready. */
export function isRolledOut({ metadata, spec, status = {} }: Workload): boolean {
  const { replicas: wanted = 1 } = spec
  const { observedGeneration, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status
  const seen = observedGeneration === metadata.generation
  return seen && replicas === wanted && updatedReplicas === wanted && readyReplicas === wanted
}

/** Whether the kubelet says that a pod is ready. */
export function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions?.some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  )
  return ready === true && metadata.deletionTimestamp === undefined
}
