import { NAME_LABEL, type Container, type List, type Pod } from '../kubernetes.ts'
import { names } from '../settings.ts'
import { getJson, kubectl } from '../shell.ts'

/** The namespace of what reads the node itself. */
export const NODE_NAMESPACE = 'dwaybank-node'

/** A container that runs. */
export interface LiveContainer {
  /** What findings call it: its workload as KIND/NAME, and a container beside the first one by its name as well. */
  subject: string
  pod: Pod
  container: Container
}

/** What a pod belongs to, as KIND/NAME: a Deployment instead of its ReplicaSet. Nothing that runs on has made pods of Jobs. */
function workloadOf({ metadata }: Pod): string | undefined {
  const [owner] = metadata.ownerReferences ?? []
  if (owner?.kind === 'ReplicaSet') return `Deployment/${owner.name.slice(0, owner.name.lastIndexOf('-'))}`
  return owner && owner.kind !== 'Job' ? `${owner.kind}/${owner.name}` : undefined
}

function containersOf(pod: Pod): LiveContainer[] {
  const workload = workloadOf(pod)
  if (workload === undefined) return []
  return pod.spec.containers.map((container, index) => ({
    subject: index === 0 ? workload : `${workload}/${container.name}`,
    pod,
    container,
  }))
}

/** The containers that workloads run in a namespace, but for those of pods that are about to go. */
export async function liveContainers(namespace: string = names.namespace): Promise<LiveContainer[]> {
  const { items } = await getJson<List<Pod>>(['--namespace', namespace, 'pods'])
  return items
    .filter(({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined)
    .flatMap(containersOf)
    .sort((one, other) => one.subject.localeCompare(other.subject))
}

/** The pods of a service that are not about to go. */
export async function podsOf(service: string): Promise<Pod[]> {
  const words = ['--namespace', names.namespace, 'pods', '--selector', `${NAME_LABEL}=${service}`]
  const { items } = await getJson<List<Pod>>(words)
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

/** Runs a command in a container, whatever it ends with. */
export function inContainer(
  { pod, container }: Pick<LiveContainer, 'pod' | 'container'>,
  command: readonly string[],
  input?: string,
) {
  const { name, namespace } = pod.metadata
  const stdin = input === undefined ? [] : ['--stdin']
  const exec = ['exec', ...stdin, '--namespace', namespace, name, '--container', container.name, '--']
  return kubectl([...exec, ...command], input)
    .timeout('60s')
    .nothrow()
}
