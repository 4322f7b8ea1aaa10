import type { Cause, Finding } from '../finding.ts'
import type { Snapshot } from '../snapshot.ts'

const BUILDING = /build failed|failed to (solve|build|compute)|pulling base|ImageBuild|dockerfile parse/i

/** What kustomize puts before a mistake: the way through the folders that led to it. */
const WAY =
  /^error: accumulating resources:.*(accumulating resources from |recursed accumulation of path '[^']*': )/

/** The lines of a message that say something. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(WAY, ''))
    .filter((line) => line !== '' && !/^(Traceback|stdout:|stderr:|error: exit status)/.test(line))
}

/** The line that names the mistake: the last one that calls itself an error, else the last of all. */
function telling(lines: readonly string[]): string {
  return (
    lines.findLast((line) => /error|invalid|denied|forbidden|missing|fail/i.test(line)) ?? lines.at(-1) ?? ''
  )
}

/**
 * What Tilt itself could not do: read the Tiltfile, build an image, apply a manifest.
 * @param since what failed before is tried again; milliseconds of the epoch
 */
export function tiltFindings({ tilt }: Snapshot, since: number): Finding[] {
  return tilt.flatMap(({ name, updateError, updatedAt = Infinity }) => {
    if (updateError === undefined || updatedAt < since) return []
    const lines = linesOf(updateError)
    const cause: Cause = name !== '(Tiltfile)' && BUILDING.test(updateError) ? 'build-failed' : 'bad-manifest'
    return [{ resource: name, cause, message: telling(lines), evidence: lines.slice(-6), patience: 1 }]
  })
}
