import { digestOf, type Manifest } from '../../../services/sources/manifest.ts'
import type { Report } from '../../../services/sources/report.ts'

/** How a file in the container differs from the one in the working tree. */
export interface Difference {
  path: string
  /** `old`: other contents; `missing`: the container lacks it; `extra`: the working tree lacks it. */
  what: 'old' | 'missing' | 'extra'
  /** Where it differs: in what was loaded, on the container's disk, or in both. */
  where: 'loaded' | 'disk' | 'both'
}

/** How the sources that a pod runs stand to the working tree. */
export interface SourceStatus {
  service: string
  pod: string
  /**
   * `current`: it runs what the working tree holds; `syncing`: Tilt is at it; `stale`: it does not, and nobody is at
   * it; `broken`: it has the working tree's files, but they don't run; `unknown`: it does not say.
   */
  state: 'current' | 'syncing' | 'stale' | 'broken' | 'unknown'
  /** The digest of what the container runs, as it reports it. */
  digest?: string
  /** The digest of the working tree's files. */
  wanted: string
  differences: Difference[]
  /** Why it does not run, or did not answer. */
  error?: string
}

function differencesOf(wanted: Manifest, { runs, files }: Report): Difference[] {
  const paths = new Set([...wanted.keys(), ...runs.keys(), ...files.keys()])
  return [...paths].flatMap((path): Difference[] => {
    const loaded = runs.get(path) !== wanted.get(path)
    const disk = files.get(path) !== wanted.get(path)
    if (!loaded && !disk) return []
    const found = loaded ? runs : files
    return [
      {
        path,
        what: !found.has(path) ? 'missing' : !wanted.has(path) ? 'extra' : 'old',
        where: loaded && disk ? 'both' : loaded ? 'loaded' : 'disk',
      },
    ]
  })
}

/**
 * Compares a container's report with the working tree. What lies on its disk counts too: it would run that after its
 * next restart.
 * @param busy whether Tilt is updating the service at this moment
 */
export function compareSources(
  pod: { service: string; pod: string },
  wanted: Manifest,
  report: Report,
  busy: boolean,
): SourceStatus {
  const differences = differencesOf(wanted, report)
  const state =
    differences.length > 0
      ? busy || report.state === 'starts'
        ? 'syncing'
        : 'stale'
      : report.state === 'broken'
        ? 'broken'
        : 'current'
  const { digest, error } = report
  return {
    ...pod,
    state,
    digest,
    wanted: digestOf(wanted),
    differences,
    ...(error === undefined ? {} : { error }),
  }
}

const NAMED = 3

/** The files that differ, as one list for people. */
export function describeDifferences(differences: readonly Difference[]): string {
  const words = { old: 'changed', missing: 'new', extra: 'deleted' }
  const named = differences
    .slice(0, NAMED)
    .map(({ path, what, where }) => `${path} (${words[what]}${where === 'disk' ? ', on its disk only' : ''})`)
  const more = differences.length - named.length
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')
}

/** What there is to say of a pod's sources, in one line; undefined if they are current. */
export function describeSources(status: SourceStatus): string | undefined {
  const { service, pod, state, error, differences } = status
  if (state === 'current') return undefined
  if (state === 'unknown') return `${service}: ${pod} does not say what it runs: ${error ?? 'no answer'}`
  if (state === 'broken') return `${service} does not run: ${error ?? 'see its log'}`
  const files = describeDifferences(differences)
  if (state === 'syncing') return `${service} is being updated: ${files}`
  const why = needsSync(status) ? 'What it has does not run' : 'It refused them'
  return `${service} runs stale code: ${files}${error === undefined ? '' : `. ${why}: ${error}`}`
}

/** Whether a stale pod lacks files; if not, it has them all but hasn't loaded them. */
export function needsSync({ differences }: SourceStatus): boolean {
  return differences.some(({ where }) => where !== 'loaded')
}
