import path from 'node:path'
import { root } from '../../settings.ts'
import type { Cause, Finding } from '../finding.ts'
import type { Snapshot } from '../snapshot.ts'

const BUILDING = /build failed|failed to (solve|build|compute)|pulling base|ImageBuild|dockerfile parse/i

/** What kustomize puts before a mistake: the way through the folders that led to it. */
const WAY =
  /^error: accumulating resources:.*(accumulating resources from |recursed accumulation of path '[^']*': )/

/** A mistake that kustomize found, with the file's path in the repository. */
function withPath(line: string): string {
  const folder = [...line.matchAll(/recursed accumulation of path '([^']*)'/g)].at(-1)?.[1]
  const mistake = line.replace(WAY, '')
  if (folder === undefined) return mistake
  return mistake.replace(/^'([^']*)': (.*?)( in File: \S+)?$/, (_, file: string, said: string) => {
    return `${path.relative(root, path.join(folder, file))}: ${said}`
  })
}

/** The lines of a message that say something, each once. */
function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => withPath(line.trim()))
  const said = lines.filter(
    (line) => line !== '' && !/^(Traceback|stdout:|stderr:|error: exit status)/.test(line),
  )
  return [...new Set(said)]
}

/** The line that names the mistake: the last one that calls itself an error, else the last of all. */
function telling(lines: readonly string[]): string {
  return (
    lines.findLast((line) => /error|invalid|denied|forbidden|missing|fail/i.test(line)) ?? lines.at(-1) ?? ''
  )
}

/** Tilt trips over itself, as when two parts deploy one image at once: it may be told to try again. */
export const TILTS_OWN = /\binternal error: missing image status\b/

/** How long that is left to it, in seconds. */
const TILTS_OWN_PATIENCE = 45

/**
 * What Tilt itself could not do: read the Tiltfile, build an image, apply a manifest.
 * @param since what failed before is tried again; milliseconds of the epoch
 */
export function tiltFindings({ tilt }: Snapshot, since: number): Finding[] {
  return tilt.flatMap(({ name, updateError, liveUpdateFailed, updatedAt = Infinity }) => {
    // Of a failed live update the container itself says more.
    if (updateError === undefined || liveUpdateFailed || updatedAt < since) return []
    const lines = linesOf(updateError)
    const cause: Cause = name !== '(Tiltfile)' && BUILDING.test(updateError) ? 'build-failed' : 'bad-manifest'
    const patience = TILTS_OWN.test(updateError) ? TILTS_OWN_PATIENCE : 1
    return [{ resource: name, cause, message: telling(lines), evidence: lines.slice(-6), patience }]
  })
}
