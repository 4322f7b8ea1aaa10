import { finding, type Finding } from '../finding.ts'
import { type ImageReport, scanImages } from '../image-scan.ts'
import { notRun } from '../not-run.ts'
import { trivyIsThere } from '../trivy.ts'
import type { BuiltImage } from './images.ts'

const RULE = 'image-secrets'

/**
 * Looks for keys and passwords in every layer of images, in those that a later one hides too, in their history and their
 * environment.
 */
export async function secretsIn(images: readonly BuiltImage[], signal: AbortSignal): Promise<Finding[]> {
  if (!(await trivyIsThere()))
    return images.map(({ name }) =>
      notRun(RULE, name, 'there is no Trivy for this processor', 'run it on amd64'),
    )
  return [...(await scanImages(images, signal))].flatMap(([name, report]) =>
    report instanceof Error
      ? finding(RULE, name, 'could not verify', report.message)
      : secretsOf(name, report),
  )
}

/** A finding for each file with a secret, so that who lives with one does not live with the next. */
export function secretsOf(name: string, { secrets: { Results = [] }, bom }: ImageReport): Finding[] {
  if (Results.length === 0 && (bom.components ?? []).length === 0)
    return [finding(RULE, name, 'could not verify', 'Trivy says nothing of what is in it')]
  const found = Results.filter(({ Secrets = [] }) => Secrets.length > 0)
  if (found.length === 0)
    return [finding(RULE, name, 'passed', 'no secret in any layer, the history or the environment')]
  return found.map(({ Target, Secrets = [] }) =>
    finding(
      RULE,
      `${name}/${Target.replace(/^\//, '')}`,
      'failed',
      Secrets.map(({ Title, StartLine }) => `line ${StartLine}: ${Title}`).join('\n'),
      'take it out of the build: a later layer only hides it. Then replace the secret itself',
    ),
  )
}
