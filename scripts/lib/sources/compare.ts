import { digestOf, type Manifest } from '../../../services/sources/manifest.ts'
import type { Report } from '../../../services/sources/report.ts'

/** How a file in the container differs from the one in the working tree. */
export interface Difference {
  path: string
  /** `old`: other contents; `missing`: the container lacks it; `extra`: the working tree lacks it. */
  what: 'old' | 'missing' | 'extra'
  /** Whether it is what was loaded that differs, or only what lies on the container's disk. */
  where: 'loaded' | 'disk'
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

function differencesOf(wanted: Manifest, found: Manifest, where: Difference['where']): Difference[] {
  const paths = [...new Set([...wanted.keys(), ...found.keys()])].filter(
    (path) => wanted.get(path) !== found.get(path),
  )
  return paths.map((path) => ({
    path,
    where,
    what: !found.has(path) ? 'missing' : !wanted.has(path) ? 'extra' : 'old',
  }))
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
  const loaded = differencesOf(wanted, report.runs, 'loaded')
  const known = new Set(loaded.map(({ path }) => path))
  const disk = differencesOf(wanted, report.files, 'disk').filter(({ path }) => !known.has(path))
  const differences = [...loaded, ...disk]
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
  return `${service} runs stale code: ${files}${error === undefined ? '' : `. It refused them: ${error}`}`
}
