import { allNeeds, dependenciesOf } from './dependencies.ts'
import { explain } from './evidence.ts'
import type { Cause, Finding } from './finding.ts'
import { containerFindings, type CrashCounter } from './rules/containers.ts'
import { nameFindings } from './rules/names.ts'
import { nodeFindings, podFindings, refusalFindings } from './rules/pods.ts'
import { probeFindings } from './rules/probes.ts'
import { codeFindings, sourceFindings } from './rules/sources.ts'
import { tiltFindings } from './rules/tilt.ts'
import { openParts, type Snapshot } from './snapshot.ts'

/** Milliseconds of the epoch: when somebody began to wait, and now. */
export interface Moments {
  started: number
  now: number
}

/** Everything that keeps parts from running, as it shows now. */
export function findingsOf(snapshot: Snapshot, crashes: CrashCounter, { started, now }: Moments): Finding[] {
  return [
    ...tiltFindings(snapshot, started),
    ...nodeFindings(snapshot),
    ...nameFindings(snapshot),
    ...refusalFindings(snapshot, now),
    ...podFindings(snapshot, now),
    ...containerFindings(snapshot, crashes),
    ...probeFindings(snapshot, now),
  ]
}

/** Whether a container of ours may stay up with code that does not run. */
function mayBeBroken({ pods }: Snapshot): boolean {
  const statuses = pods.flatMap(({ status }) => status.containerStatuses ?? [])
  return statuses.some(({ ready, state }) => state.running !== undefined && !ready)
}

/** The same, with what the containers' logs say of it, and with what the containers say of their sources. */
export async function explainedFindings(
  snapshot: Snapshot,
  crashes: CrashCounter,
  moments: Moments,
): Promise<Finding[]> {
  const found = findingsOf(snapshot, crashes, moments)
  const refused = snapshot.tilt.some(({ liveUpdateFailed }) => liveUpdateFailed)
  const nothingElse = openParts(snapshot).length + found.length === 0
  const ofSources =
    refused || nothingElse ? sourceFindings() : mayBeBroken(snapshot) ? codeFindings() : Promise.resolve([])
  return (await Promise.all([ofSources, ...found.map(explain)])).flat()
}

/** Causes that make many parts fail, first; those that may be the effect of another part's failure, last. */
const RANKS: Partial<Record<Cause, number>> = {
  'node-unfit': 0,
  'node-not-ready': 0,
  'no-dns': 1,
  'migration-failed': 3,
  crash: 3,
  'never-started': 4,
  'never-ready': 5,
}
const rank = ({ cause, resource }: Finding) => (resource === '(Tiltfile)' ? 1 : (RANKS[cause] ?? 2))

/** The finding that the others follow from, as far as that can be known: by cause, then by who needs whom. */
export function firstCause(findings: readonly Finding[], snapshot: Snapshot): Finding | undefined {
  const dependencies = dependenciesOf(snapshot.policies)
  const best = Math.min(...findings.map(rank))
  const ranked = findings.filter((finding) => rank(finding) === best)
  const failing = new Set(ranked.map(({ resource }) => resource))
  const roots = ranked.filter(({ resource }) =>
    [...allNeeds(dependencies, resource)].every((needed) => !failing.has(needed)),
  )
  return roots[0] ?? ranked[0]
}

const key = ({ resource, cause }: Finding) => `${resource}/${cause}`

/** Remembers since when each finding stands, which makes it certain after a while. */
export class Watch {
  #since = new Map<string, number>()

  /**
   * Takes what shows now; what no longer shows is forgotten.
   * @param seconds a clock
   * @returns the first cause, once it is certain that things won't heal by themselves, and how long it has shown
   */
  certain(
    findings: readonly Finding[],
    snapshot: Snapshot,
    seconds: number,
  ): { finding: Finding; shownSeconds: number } | undefined {
    this.#since = new Map(findings.map((one) => [key(one), this.#since.get(key(one)) ?? seconds]))
    const first = firstCause(findings, snapshot)
    if (!first) return undefined
    const shownSeconds = seconds - (this.#since.get(key(first)) ?? seconds)
    return shownSeconds >= first.patience ? { finding: first, shownSeconds } : undefined
  }
}
