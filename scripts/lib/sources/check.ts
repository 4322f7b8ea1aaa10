import { setTimeout as sleep } from 'node:timers/promises'
import { type Manifest, readManifest } from '../../../services/sources/manifest.ts'
import { parseReport } from '../../../services/sources/report.ts'
import { type List, NAME_LABEL, type Pod } from '../kubernetes.ts'
import { names, root } from '../settings.ts'
import { getJson, kubectlBank, lastLine } from '../shell.ts'
import { uiResources } from '../tilt.ts'
import { compareSources, type SourceStatus } from './compare.ts'
import { ignoredIn } from './ignored.ts'
import { syncedServices, type SyncedService } from './services.ts'

/** What the working tree holds of a service's synced sources. */
export function workingTree({ syncs }: SyncedService): Manifest {
  return readManifest(
    root,
    syncs.map(({ from }) => from),
    ignoredIn(root),
  )
}

/** The services that Tilt is updating; undefined if there is no Tilt, or none that answers. */
export async function busyServices(): Promise<Set<string> | undefined> {
  const items = await uiResources().catch(() => undefined)
  if (items === undefined) return undefined
  const busy = items.filter(
    ({ status }) =>
      Boolean(status.pendingBuildSince) || ['in_progress', 'pending'].includes(status.updateStatus ?? ''),
  )
  return new Set(busy.map(({ metadata }) => metadata.name))
}

/** Whether there is a Tilt that could do something about it. */
export async function tiltAnswers(): Promise<boolean> {
  return (await busyServices()) !== undefined
}

/** How long a new pod may take until the one that it replaces is gone. */
const ROLLOUT_MS = 120_000

/** Whether a younger pod of the same service is about to take a pod's place. */
export function isReplaced(pod: Pod, all: readonly Pod[], now: number): boolean {
  const born = ({ metadata }: Pod) => Date.parse(metadata.creationTimestamp)
  return all.some(
    (other) =>
      other.metadata.labels?.[NAME_LABEL] === pod.metadata.labels?.[NAME_LABEL] &&
      other.metadata.deletionTimestamp === undefined &&
      born(other) > born(pod) &&
      now - born(other) < ROLLOUT_MS,
  )
}

async function statusOf(pod: Pod, service: SyncedService, busy: boolean): Promise<SourceStatus> {
  const known = { service: service.name, pod: pod.metadata.name }
  const exec = ['exec', pod.metadata.name, '--container', service.name, '--', 'running-sources']
  try {
    const { stdout } = await kubectlBank(exec).timeout('5s', 'SIGKILL')
    return compareSources(known, workingTree(service), parseReport(stdout), busy)
  } catch (error) {
    const state = busy ? 'syncing' : 'unknown'
    return { ...known, state, wanted: '', differences: [], error: lastLine(error) }
  }
}

/**
 * Asks every running pod of the synced services what it runs, and compares that with the working tree.
 * @returns one status a pod, in the order of the services; pods that are about to end are left out
 */
export async function checkSources(): Promise<SourceStatus[]> {
  const selector = `${NAME_LABEL} in (${syncedServices.map(({ name }) => name).join(',')})`
  const [{ items }, busy] = await Promise.all([
    getJson<List<Pod>>(['--namespace', names.namespace, 'pods', '--selector', selector]),
    busyServices(),
  ])
  const running = items.filter(
    ({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined,
  )
  return Promise.all(
    syncedServices.flatMap((service) =>
      running
        .filter(({ metadata }) => metadata.labels?.[NAME_LABEL] === service.name)
        .map((pod) =>
          statusOf(pod, service, (busy?.has(service.name) ?? false) || isReplaced(pod, items, Date.now())),
        ),
    ),
  )
}

/** Tilt notices an edit a moment after it was made. */
const NOTICE_MS = 1000

/** As checkSources, but what does not look right is looked at twice: an edit may just have been made. */
export async function checkSourcesTwice(): Promise<SourceStatus[]> {
  const statuses = await checkSources()
  if (statuses.every(({ state }) => state === 'current' || state === 'broken')) return statuses
  await sleep(NOTICE_MS)
  return checkSources()
}
