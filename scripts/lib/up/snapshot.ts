import {
  isRolledOut,
  NAME_LABEL,
  type KubernetesEvent,
  type List,
  type Node,
  type Pod,
  type ReplicaSet,
  type Workload,
} from '../kubernetes.ts'
import { names } from '../settings.ts'
import { $, kubectlBank } from '../shell.ts'
import { checkSources } from '../sources/check.ts'
import type { SourceStatus } from '../sources/compare.ts'
import { tiltResources, type TiltResource } from '../tilt.ts'
import type { NetworkPolicy } from '../verify/policies.ts'
import { allNeeds, dependenciesOf } from './dependencies.ts'

/** Everything that tells how the bank stands at one moment. */
export interface Snapshot {
  /** Each part, which is ready only if the cluster says so as well. */
  tilt: TiltResource[]
  /** Without those that end, or that a newer revision replaces. */
  pods: Pod[]
  events: KubernetesEvent[]
  policies: NetworkPolicy[]
  nodes: Node[]
}

type Item = { kind: string } & (Pod | ReplicaSet | Workload | KubernetesEvent | NetworkPolicy | Node)

const revision = ({ metadata }: ReplicaSet) =>
  Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)

/** The pods that count: not those that end, nor those of an older revision of their Deployment. */
export function currentPods(pods: readonly Pod[], replicaSets: readonly ReplicaSet[]): Pod[] {
  const newest = new Map<string, ReplicaSet>()
  for (const set of replicaSets) {
    const deployment = set.metadata.ownerReferences?.[0]?.uid
    if (!deployment) continue
    const other = newest.get(deployment)
    if (!other || revision(set) > revision(other)) newest.set(deployment, set)
  }
  const current = new Set([...newest.values()].map(({ metadata }) => metadata.uid))
  return pods.filter(({ metadata }) => {
    const owner = metadata.ownerReferences?.[0]
    if (metadata.deletionTimestamp !== undefined) return false
    return owner?.kind !== 'ReplicaSet' || current.has(owner.uid)
  })
}

/** Tilt's word on each part; one whose pods are still being replaced isn't ready, though Tilt knows only the old ones. */
export function withRollouts(parts: readonly TiltResource[], workloads: readonly Workload[]): TiltResource[] {
  const replacing = new Set(workloads.filter((one) => !isRolledOut(one)).map(({ metadata }) => metadata.name))
  return parts.map((part) =>
    part.state === 'ready' && replacing.has(part.name)
      ? { ...part, state: 'pending', detail: 'its pods are being replaced' }
      : part,
  )
}

/** Tilt's word on each part; a live update that failed, but whose files run by now, has not failed. */
export function withSources(
  parts: readonly TiltResource[],
  statuses: readonly SourceStatus[],
): TiltResource[] {
  return parts.map((part) => {
    const own = statuses.filter(({ service }) => service === part.name)
    if (!part.liveUpdateFailed || own.length === 0 || own.some(({ state }) => state !== 'current'))
      return part
    return { name: part.name, detail: '', state: 'ready' }
  })
}

/** Looks at Tilt and the cluster. */
export async function takeSnapshot(): Promise<Snapshot> {
  const kinds = 'pods,replicasets,deployments,statefulsets,events,networkpolicies,nodes'
  const [tilt, { stdout }] = await Promise.all([
    tiltResources(),
    kubectlBank(['get', kinds, '--output', 'json', '--request-timeout', '10s']),
  ])
  const { items } = JSON.parse(stdout) as List<Item>
  const ofKind = <T>(kind: string) => items.filter((item) => item.kind === kind) as T[]
  const statuses = tilt.some(({ liveUpdateFailed }) => liveUpdateFailed) ? await checkSources() : []
  const workloads = [...ofKind<Workload>('Deployment'), ...ofKind<Workload>('StatefulSet')]
  return {
    tilt: withRollouts(withSources(tilt, statuses), workloads),
    pods: currentPods(ofKind<Pod>('Pod'), ofKind<ReplicaSet>('ReplicaSet')),
    events: ofKind<KubernetesEvent>('Event'),
    policies: ofKind<NetworkPolicy>('NetworkPolicy'),
    nodes: ofKind<Node>('Node'),
  }
}

/** The parts that are not ready. */
export function openParts({ tilt }: Snapshot): TiltResource[] {
  return tilt.filter(({ state }) => state !== 'ready')
}

/** What a part needs, directly or not, and that isn't ready. */
export function openNeeds(snapshot: Snapshot, service: string): string[] {
  const needs = allNeeds(dependenciesOf(snapshot.policies), service)
  return openParts(snapshot)
    .map(({ name }) => name)
    .filter((name) => needs.has(name))
}

/** The service that an object of the bank belongs to. */
export function serviceOf(object: {
  metadata: { name: string; labels?: Pod['metadata']['labels'] }
}): string {
  return object.metadata.labels?.[NAME_LABEL] ?? object.metadata.name
}

/** When the node's container was started: what ended before says nothing of now. Milliseconds of the epoch. */
export async function nodeStart(): Promise<number> {
  const { stdout } = await $`docker inspect --format ${'{{.State.StartedAt}}'} ${names.node}`
  return Date.parse(stdout.trim())
}
