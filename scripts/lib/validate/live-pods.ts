import type { Container, List, Metadata, Pod, PodSpec } from '../kubernetes.ts'
import { names } from '../settings.ts'
import { getJson } from '../shell.ts'

/** The namespace of what reads the node itself. */
export const NODE_NAMESPACE = 'dwaybank-node'

/** A container that a workload runs, or should. */
export interface WantedContainer {
  /** What findings call it: its workload as KIND/NAME, and a container beside the first one by its name as well. */
  subject: string
  namespace: string
  container: Container
}

/** A container that runs. */
export interface LiveContainer extends WantedContainer {
  pod: Pod
}

/** What a pod belongs to, as KIND/NAME: a Deployment instead of its ReplicaSet. Nothing that runs on has made pods of Jobs. */
function workloadOf({ metadata }: Pod): string | undefined {
  const [owner] = metadata.ownerReferences ?? []
  if (owner?.kind === 'ReplicaSet') return `Deployment/${owner.name.slice(0, owner.name.lastIndexOf('-'))}`
  return owner && owner.kind !== 'Job' ? `${owner.kind}/${owner.name}` : undefined
}

const containersOf = (workload: string, namespace: string, { containers }: PodSpec): WantedContainer[] =>
  containers.map((container, index) => ({
    subject: index === 0 ? workload : `${workload}/${container.name}`,
    namespace,
    container,
  }))

function liveIn(pod: Pod): LiveContainer[] {
  const workload = workloadOf(pod)
  if (workload === undefined) return []
  return containersOf(workload, pod.metadata.namespace, pod.spec).map((one) => ({ ...one, pod }))
}

/** The containers that workloads run in a namespace, but for those of pods that are about to go. */
export async function liveContainers(namespace: string = names.namespace): Promise<LiveContainer[]> {
  const { items } = await getJson<List<Pod>>(['--namespace', namespace, 'pods'])
  return items
    .filter(({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined)
    .flatMap(liveIn)
    .sort((one, other) => one.subject.localeCompare(other.subject))
}

/** What makes pods, and of what kind. */
export interface PodTemplate {
  /** KIND/NAME. */
  workload: string
  namespace: string
  spec: PodSpec
  /** Whether its pods run on, so that there is always one; a CronJob's come and go. */
  runsOn: boolean
}

interface Workload {
  kind: string
  metadata: Metadata
  spec: { template?: { spec: PodSpec }; jobTemplate?: { spec: { template: { spec: PodSpec } } } }
}

/** Everything that makes pods again and again, in the bank's namespace and in the one of what reads the node. */
export async function podTemplates(): Promise<PodTemplate[]> {
  const kinds = 'deployments,statefulsets,daemonsets,cronjobs'
  const lists = await Promise.all(
    [names.namespace, NODE_NAMESPACE].map((namespace) =>
      getJson<List<Workload>>(['--namespace', namespace, kinds]),
    ),
  )
  return lists
    .flatMap(({ items }) => items)
    .map(({ kind, metadata: { name, namespace }, spec }) => ({
      workload: `${kind}/${name}`,
      namespace,
      spec: spec.template?.spec ?? spec.jobTemplate?.spec.template.spec ?? { containers: [] },
      runsOn: kind !== 'CronJob',
    }))
}

/** All containers that should run: those that do, and those of workloads that have no running pod. */
export async function allContainers(): Promise<{ live: LiveContainer[]; absent: WantedContainer[] }> {
  const [templates, ...running] = await Promise.all([
    podTemplates(),
    liveContainers(),
    liveContainers(NODE_NAMESPACE),
  ])
  const live = running.flat()
  const there = new Set(live.map(({ subject }) => subject))
  const absent = templates
    .filter(({ runsOn }) => runsOn)
    .flatMap(({ workload, namespace, spec }) => containersOf(workload, namespace, spec))
    .filter(({ subject }) => !there.has(subject))
  return { live, absent }
}
