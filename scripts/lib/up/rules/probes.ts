import type { KubernetesEvent } from '../../kubernetes.ts'
import { allNeeds, dependenciesOf } from '../dependencies.ts'
import type { Finding } from '../finding.ts'
import { serviceOf, type Snapshot } from '../snapshot.ts'

/** How long a part that has all it needs may take from its start to its readiness. */
const READY_SECONDS = 18

function lastProbeFailure(events: readonly KubernetesEvent[], uid: string): string | undefined {
  const found = events.filter(
    ({ involvedObject, reason }) => involvedObject.uid === uid && reason === 'Unhealthy',
  )
  return found.at(-1)?.message?.trim()
}

/** Parts that run but don't answer their probes, although everything that they need is ready. */
export function probeFindings({ pods, events, policies, tilt }: Snapshot): Finding[] {
  const dependencies = dependenciesOf(policies)
  const open = new Set(tilt.filter(({ state }) => state !== 'ready').map(({ name }) => name))
  return pods.flatMap((pod): Finding[] => {
    const resource = serviceOf(pod)
    const [container] = pod.status.containerStatuses ?? []
    if (!container || container.ready || !container.state.running) return []
    const { name = '', started } = container
    const log = { pod: pod.metadata.name, container: name, previous: false }
    const failure = lastProbeFailure(events, pod.metadata.uid)
    const killed = events.find(
      ({ involvedObject, reason, message }) =>
        involvedObject.uid === pod.metadata.uid && reason === 'Killing' && /probe/.test(message ?? ''),
    )
    const evidence = [failure, killed?.message]
      .filter((line) => line !== undefined)
      .map((line) => `pod ${pod.metadata.name}, container ${name}: ${line}`)
    if (killed && !started) {
      const message = killed.message ?? 'its probe does not succeed'
      return [{ resource, cause: 'never-started', message, evidence, patience: 3, log }]
    }
    const waits = [...allNeeds(dependencies, resource)].some((needed) => open.has(needed))
    if (!started || waits) return []
    const message = failure ?? 'the kubelet says that it is not ready'
    return [{ resource, cause: 'never-ready', message, evidence, patience: READY_SECONDS, log }]
  })
}
