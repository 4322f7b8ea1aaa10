import type { KubernetesEvent, Pod } from '../../kubernetes.ts'
import { newestEvent, REPEATED_MS, seenAt } from '../events.ts'
import type { Cause, Finding } from '../finding.ts'
import { slowdown } from '../slowdown.ts'
import { serviceOf, type Snapshot } from '../snapshot.ts'

/** How long an event says something about now. */
const RECENT_MS = 60_000

function unschedulable(pod: Pod): Finding | undefined {
  const condition = pod.status.conditions?.find(({ type }) => type === 'PodScheduled')
  if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return undefined
  const { message = '' } = condition
  const cause: Cause = /persistentvolumeclaim/i.test(message) ? 'volume-unavailable' : 'unschedulable'
  const short = message.split('. ')[0] ?? message
  const evidence = [`pod ${pod.metadata.name}: Unschedulable: ${message}`]
  // A claim may be made after the pod that wants it, and bound later still.
  const patience = cause === 'unschedulable' ? 8 : 15 * slowdown()
  return { resource: serviceOf(pod), cause, message: short, evidence, patience }
}

function unmountable(pod: Pod, events: readonly KubernetesEvent[], now: number): Finding | undefined {
  const creating = pod.status.containerStatuses?.some(
    ({ state }) =>
      state.waiting?.reason === 'ContainerCreating' || state.waiting?.reason === 'PodInitializing',
  )
  if (!creating) return undefined
  const event = newestEvent(events, pod.metadata.uid, ['FailedMount', 'FailedAttachVolume'])
  if (!event || now - seenAt(event) > REPEATED_MS) return undefined
  const { message = '', reason, count = 1 } = event
  // The kubelet says so once while it doesn't know a new object yet, and then tries again.
  if (count < 2 || message.includes('timed out waiting for the condition')) return undefined
  const missing = /(secret|configmap) ".*" not found|references non-existent (secret|config) key/.test(
    message,
  )
  const cause: Cause = missing ? 'missing-config' : 'volume-unavailable'
  return {
    resource: serviceOf(pod),
    cause,
    message: message.split(' : ').at(-1) ?? message,
    evidence: [`pod ${pod.metadata.name}: ${reason}: ${message}`],
    patience: missing ? 3 : 15,
  }
}

function evicted({ metadata, status }: Pod, service: string): Finding | undefined {
  if (status.phase !== 'Failed' || status.reason !== 'Evicted') return undefined
  const { message = '' } = status
  const cause: Cause = /exceeds the (limit|total limit)|EmptyDir/i.test(message)
    ? 'volume-full'
    : 'node-unfit'
  const evidence = [`pod ${metadata.name}: Evicted: ${message}`]
  return { resource: service, cause, message: message.trim(), evidence, patience: 1 }
}

/** Pods that don't get as far as running a container. */
export function podFindings({ pods, events }: Snapshot, now: number): Finding[] {
  return pods.flatMap(
    (pod) => unschedulable(pod) ?? unmountable(pod, events, now) ?? evicted(pod, serviceOf(pod)) ?? [],
  )
}

/** Pods that the API server refuses to make, so that there are none to look at. */
export function refusalFindings({ pods, events, tilt }: Snapshot, now: number): Finding[] {
  const known = new Set(tilt.map(({ name }) => name))
  const running = new Set(pods.map(serviceOf))
  return events.flatMap((event) => {
    if (event.reason !== 'FailedCreate' || now - seenAt(event) > RECENT_MS) return []
    // A ReplicaSet's name is its Deployment's with a hash.
    const { name } = event.involvedObject
    const resource = known.has(name) ? name : name.replace(/-[a-z0-9]+$/, '')
    if (
      !known.has(resource) ||
      (running.has(resource) && tilt.some((one) => one.name === resource && one.state === 'ready'))
    )
      return []
    const { message = '' } = event
    const evidence = [`${event.involvedObject.kind} ${name}: FailedCreate: ${message}`]
    return [
      {
        resource,
        cause: 'refused' as const,
        message: message.replace(/^Error creating: /, ''),
        evidence,
        patience: 3,
      },
    ]
  })
}

/** Nodes that take no pods. */
export function nodeFindings({ nodes }: Snapshot): Finding[] {
  return nodes.flatMap(({ metadata, status }): Finding[] => {
    const conditions = status.conditions ?? []
    const pressed = conditions.filter(({ type, status: value }) => /Pressure$/.test(type) && value === 'True')
    const unready = conditions.filter(({ type, status: value }) => type === 'Ready' && value !== 'True')
    const [first] = [...pressed, ...unready]
    if (!first) return []
    const resource = `node ${metadata.name}`
    const message = `${first.type}: ${first.message}`
    const evidence = [...pressed, ...unready].map(
      (condition) => `${resource}: ${condition.type}: ${condition.reason}: ${condition.message}`,
    )
    if (pressed.length > 0) return [{ resource, cause: 'node-unfit', message, evidence, patience: 15 }]
    return [{ resource, cause: 'node-not-ready', message, evidence, patience: 60 * slowdown() }]
  })
}
