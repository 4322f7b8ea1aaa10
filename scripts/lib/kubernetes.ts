// The parts of Kubernetes objects that the scripts read.

export type Labels = Readonly<Record<string, string>>

export interface Metadata {
  name: string
  namespace: string
  uid: string
  creationTimestamp: string
  labels?: Labels
}

export interface ContainerPort {
  name?: string
  containerPort: number
  protocol?: string
}

export interface Probe {
  httpGet?: { path?: string; port: number | string; scheme?: 'HTTP' | 'HTTPS' }
}

export interface Container {
  name: string
  image: string
  ports?: ContainerPort[]
  livenessProbe?: Probe
  readinessProbe?: Probe
  startupProbe?: Probe
}

export interface PodSpec {
  containers: Container[]
  nodeName?: string
}

export interface Pod {
  metadata: Metadata & { deletionTimestamp?: string }
  spec: PodSpec
  status: {
    phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
    podIP?: string
    conditions?: { type: string; status: 'True' | 'False' | 'Unknown' }[]
    containerStatuses?: {
      ready: boolean
      restartCount: number
      state: { waiting?: { reason?: string }; terminated?: { reason?: string } }
    }[]
  }
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

/** Whether the kubelet says that a pod is ready. */
export function isReady({ metadata, status }: Pod): boolean {
  const ready = status.conditions?.some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  )
  return ready === true && metadata.deletionTimestamp === undefined
}
