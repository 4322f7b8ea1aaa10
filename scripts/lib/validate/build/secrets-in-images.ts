import { findingOf, type Finding } from '../finding.ts'
import { scanImage } from '../image-scan.ts'
import { notRun } from '../not-run.ts'
import { trivyIsThere } from '../trivy.ts'
import type { BuiltImage } from './images.ts'

const RULE = 'image-secrets'

interface Report {
  Results?: { Target: string; Secrets?: { Title: string; StartLine: number }[] }[]
}

/**
 * Looks for keys and passwords in every layer of an image, in those that a later one hides too, in its history and its
 * environment.
 */
export async function secretsIn(image: BuiltImage): Promise<Finding> {
  if (!(await trivyIsThere()))
    return notRun(RULE, image.name, 'there is no Trivy for this processor', 'run it on amd64')
  const { Results = [] } = (await scanImage(image, 'secrets')) as Report
  const wrong = Results.flatMap(({ Target, Secrets = [] }) =>
    Secrets.map(({ Title, StartLine }) => `${Target}, line ${StartLine}: ${Title}`),
  )
  return findingOf(RULE, image.name, {
    wrong,
    good: 'no secret in any layer, the history or the environment',
    remedy: 'take it out of the build: a later layer only hides it. Then replace the secret itself',
  })
}
