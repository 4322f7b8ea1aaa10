import { checkSources } from '../../sources/check.ts'
import { needsSync, type SourceStatus } from '../../sources/compare.ts'
import type { Finding } from '../finding.ts'

/** How long Tilt may take to bring an edit into a container; its row `sources` tries once more after ten seconds. */
const SYNC_SECONDS = 20

const SHOWN_FILES = 5

function findingOf(status: SourceStatus): Finding[] {
  const { service, pod, state, error, differences } = status
  if (state === 'current') return []
  // With all files on its disk, it has refused them.
  if (state === 'broken' || (state === 'stale' && error !== undefined && !needsSync(status))) {
    const message = error ?? 'its newest code does not run'
    const evidence = [`pod ${pod}: ${message}`]
    return [{ resource: service, cause: 'code-error', message, evidence, patience: 1 }]
  }
  const files = differences.slice(0, SHOWN_FILES).map(({ path, what }) => `${path} (${what})`)
  const message = error ?? `${differences.length} files differ from the working tree`
  return [{ resource: service, cause: 'stale-code', message, evidence: files, patience: SYNC_SECONDS }]
}

/** Containers that stay up while their newest code does not run. */
export async function codeFindings(): Promise<Finding[]> {
  return (await checkSources()).filter(({ state }) => state === 'broken').flatMap(findingOf)
}

/** Containers that run something else than the working tree, or code that does not run. Ask when all else is ready. */
export async function sourceFindings(): Promise<Finding[]> {
  return (await checkSources()).flatMap(findingOf)
}
