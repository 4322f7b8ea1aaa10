import os from 'node:os'
import { newestEvent } from '../events.ts'
import { allNeeds, dependenciesOf } from '../dependencies.ts'
import type { Finding } from '../finding.ts'
import { serviceOf, type Snapshot } from '../snapshot.ts'

/** For how long a part that has all it needs must answer its probe with no, in a way that time does not change. */
const REFUSING_SECONDS = 18
/** For how long it may say that it is busy, or say nothing: it may still be starting. */
const BUSY_SECONDS = 25
const SILENT_SECONDS = 90

/** By how much everything takes longer because the machine is busy: processes that want to run for each processor. */
const slowdown = () => Math.min(Math.max((os.loadavg()[0] ?? 0) / os.availableParallelism(), 1), 5)

function patienceWith(message: string): number {
  if (/statuscode: 5/.test(message)) return BUSY_SECONDS * slowdown()
  if (/statuscode|connection refused|command .* failed/i.test(message)) return REFUSING_SECONDS
  return SILENT_SECONDS * slowdown()
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
    const newest = (reason: string, words: RegExp) => newestEvent(events, pod.metadata.uid, [reason], words)
    const failure = newest('Unhealthy', started ? /^Readiness/ : /./)?.message?.trim()
    const killed = newest('Killing', /probe/)
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
    const patience = patienceWith(message)
    return [{ resource, cause: 'never-ready', message, evidence, patience, log }]
  })
}
