import { newestEvent, REPEATED_MS, seenAt } from '../events.ts'
import type { Finding } from '../finding.ts'
import { slowdown } from '../slowdown.ts'
import { openNeeds, serviceOf, type Snapshot } from '../snapshot.ts'

/** For how long a part that has all it needs must answer its probe with no, in a way that time does not change. */
const REFUSING_SECONDS = 18
/** For how long it may say that it is busy, or say nothing: it may still be starting. */
const BUSY_SECONDS = 25

function patienceWith(message: string): number {
  const final = /statuscode: [34]|connection refused|command .* failed/i.test(message)
  return final ? REFUSING_SECONDS : BUSY_SECONDS * slowdown()
}

/** Parts that run but don't answer their probes, although everything that they need is ready. */
export function probeFindings(snapshot: Snapshot, now: number): Finding[] {
  const { pods, events } = snapshot
  return pods.flatMap((pod): Finding[] => {
    const resource = serviceOf(pod)
    const [container] = pod.status.containerStatuses ?? []
    if (!container || container.ready || !container.state.running) return []
    const { name = '', started } = container
    const log = { pod: pod.metadata.name, container: name, previous: false }
    const newest = (reason: string, words: RegExp) => newestEvent(events, pod.metadata.uid, [reason], words)
    const failure = newest('Unhealthy', started ? /^Readiness/ : /./)?.message?.trim()
    const killed = newest('Killing', /probe/)
    const evidence = [failure, killed?.message]
      .filter((line) => line !== undefined)
      .map((line) => `pod ${pod.metadata.name}, container ${name}: ${line}`)
    if (killed && now - seenAt(killed) < REPEATED_MS && !started) {
      const message = killed.message ?? 'its probe does not succeed'
      return [{ resource, cause: 'never-started', message, evidence, patience: 3, log }]
    }
    if (!started || openNeeds(snapshot, resource).length > 0) return []
    const message = failure ?? 'the kubelet says that it is not ready'
    const patience = patienceWith(message)
    return [{ resource, cause: 'never-ready', message, evidence, patience, log }]
  })
}
