import { overlayOf, renderOverlay, selection } from '../../overlay.ts'
import { kubectl, lastLine } from '../../shell.ts'
import type { Finding } from '../finding.ts'

const UNKNOWN = /\([^/]*\/([^;]+); [^,]*, Kind=(\w+)\): (\S+): field not declared in schema/g

/** Findings from what the API server said of manifests that it was asked to apply by their schema. */
export function fieldFindingsIn(answer: string): Finding[] {
  return [...answer.matchAll(UNKNOWN)].map(([said, name = '', kind = '', field = '']) => ({
    resource: name,
    cause: 'bad-manifest',
    message: `${kind} ${name} has no field ${field.replace(/^\./, '')}`,
    evidence: [said],
    remedy: `mend it, since it has no effect: grep -rn '${field.split('.').at(-1)}:' k8s`,
    patience: 0,
  }))
}

/**
 * Manifests with fields that Kubernetes doesn't know. Tilt leaves such fields out without a word, so that a
 * misspelt one has no effect.
 * @throws Error if none of the manifests could be looked at
 */
export async function fieldFindings(): Promise<Finding[]> {
  const rendered = await renderOverlay(overlayOf(selection()))
  const options = ['--server-side', '--force-conflicts', '--field-manager=dway-check', '--dry-run=server']
  // What is refused for another reason, as a Job that cannot be changed, is Tilt's to tell.
  const applied = await kubectl(['apply', ...options, '--output=name', '--filename=-'], rendered).nothrow()
  if (applied.stdout.trim() === '') throw new Error(`no manifest was looked at: ${lastLine(applied)}`)
  return fieldFindingsIn(applied.stderr)
}
