import type { ContainerStatus, Pod, Termination } from '../../kubernetes.ts'
import type { Finding } from '../finding.ts'
import { openNeeds, serviceOf, type Snapshot } from '../snapshot.ts'

const PULLING = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ErrRegistry']
const CONFIGURING = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']

/** Counts the times that each container was seen to end while somebody watches. */
export class CrashCounter {
  readonly #from: number
  readonly #seen = new Map<string, Set<string>>()

  /** @param from what ended before this moment does not count; milliseconds of the epoch */
  constructor(from: number) {
    this.#from = from
  }

  /** How often the container ended since then, this time included; 0 if this one doesn't count. */
  count(container: string, { finishedAt = '', reason, exitCode }: Termination): number {
    // What the runtime lost sight of in a restart of the node did not crash.
    const lost = reason === 'Unknown' && exitCode === 255
    if (lost || !(Date.parse(finishedAt) + 999 >= this.#from)) return 0
    const times = this.#seen.get(container) ?? new Set()
    this.#seen.set(container, times.add(finishedAt))
    return times.size
  }
}

function containersOf({ status }: Pod): ContainerStatus[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
}

/** The last time that a container ended badly, if it isn't well again. */
function lastCrash({ ready, state, lastState }: ContainerStatus): Termination | undefined {
  if (state.terminated) return state.terminated.exitCode === 0 ? undefined : state.terminated
  return ready || !lastState?.terminated || lastState.terminated.exitCode === 0
    ? undefined
    : lastState.terminated
}

function crashOf(
  pod: Pod,
  container: ContainerStatus,
  crashes: CrashCounter,
  waits: boolean,
): Finding | undefined {
  const crash = lastCrash(container)
  if (!crash) return undefined
  const name = container.name ?? ''
  const times = crashes.count(`${pod.metadata.uid}/${name}`, crash)
  if (times === 0) return undefined
  const resource = serviceOf(pod)
  const how = crash.reason === 'Error' || !crash.reason ? '' : ` (${crash.reason})`
  const line = `pod ${pod.metadata.name}, container ${name}: ended with exit code ${crash.exitCode}${how}`
  const log = { pod: pod.metadata.name, container: name, previous: container.state.terminated === undefined }
  if (crash.reason === 'OOMKilled') {
    const limit = pod.spec.containers.find((one) => one.name === name)?.resources?.limits?.['memory']
    const message = `the kernel killed it at its memory limit${limit ? ` of ${limit}` : ''}`
    return { resource, cause: 'out-of-memory', message, evidence: [line], patience: 2, log }
  }
  const cause = resource === 'migrate' ? 'migration-failed' : 'crash'
  // The first restart comes at once, so that a second end tells what will not heal; a first one may. While something
  // that it needs isn't ready, that may be why.
  if (waits && times < 3) return undefined
  const patience = times > 1 ? 1 : 10
  return { resource, cause, message: line, evidence: [line], patience, log }
}

function waitingOf(pod: Pod, { name = '', state }: ContainerStatus): Finding | undefined {
  const { reason = '', message = '' } = state.waiting ?? {}
  const resource = serviceOf(pod)
  const evidence = [`pod ${pod.metadata.name}, container ${name}: ${reason}: ${message}`]
  if (PULLING.includes(reason)) {
    const image = pod.spec.containers.find((one) => one.name === name)?.image ?? ''
    const certain = reason === 'InvalidImageName' || /not found|denied|no such host/i.test(message)
    const why = message.split(': ').slice(-2).join(': ')
    return {
      resource,
      cause: 'image-pull',
      message: `${image}: ${why}`,
      evidence,
      patience: certain ? 2 : 15,
    }
  }
  if (CONFIGURING.includes(reason)) {
    const missing = /(secret|configmap) ".*" not found|couldn't find key/i.test(message)
    return { resource, cause: missing ? 'missing-config' : 'crash', message, evidence, patience: 3 }
  }
  return undefined
}

/** Containers that can't be made or don't stay up. */
export function containerFindings(snapshot: Snapshot, crashes: CrashCounter): Finding[] {
  return snapshot.pods.flatMap((pod) => {
    const waits = openNeeds(snapshot, serviceOf(pod)).length > 0
    return containersOf(pod).flatMap(
      (container) => waitingOf(pod, container) ?? crashOf(pod, container, crashes, waits) ?? [],
    )
  })
}
