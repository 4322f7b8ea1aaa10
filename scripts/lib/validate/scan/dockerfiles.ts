import { finding, type Finding } from '../finding.ts'
import { notRun } from '../not-run.ts'
import { dockerfilesOf } from '../dockerfiles.ts'
import { runScanner } from '../scanners.ts'
import { TRIVY, trivyIsThere } from '../trivy.ts'

/** What Trivy's own rules for Dockerfiles say; what hadolint says belongs to the build. */
export async function scanDockerfiles(tree: string): Promise<Finding[]> {
  const files = dockerfilesOf(tree).map(({ file }) => file)
  if (!(await trivyIsThere()))
    return files.map((file) => notRun('dockerfile-scanned', file, 'there is no Trivy for this processor'))
  const command = [
    ...TRIVY('config'),
    ...['--misconfig-scanners', 'dockerfile', '--include-non-failures', '--format', 'json', '/tree'],
  ]
  const { stdout, stderr, exitCode } = await runScanner(command, { reads: { '/tree': tree } })
  if (exitCode !== 0)
    throw new Error(`Trivy did not read the Dockerfiles: ${stderr.trim().split('\n').at(-1)}`)
  const { Results = [] } = JSON.parse(stdout) as {
    Results?: {
      Target: string
      Misconfigurations?: {
        ID: string
        Message: string
        Status: string
        CauseMetadata?: { StartLine?: number }
      }[]
    }[]
  }
  return files.flatMap((file) => {
    const own = Results.filter(({ Target }) => Target === file).flatMap((one) => one.Misconfigurations ?? [])
    const bad = Map.groupBy(
      own.filter(({ Status }) => Status === 'FAIL'),
      ({ ID }) => ID,
    )
    if (own.length === 0)
      return [finding('dockerfile-scanned', file, 'could not verify', 'Trivy said nothing of it')]
    return [
      finding('dockerfile-scanned', file, 'passed', `${own.length - bad.size} of ${own.length} checks kept`),
      ...[...bad].map(([id, list]) =>
        finding(
          `trivy-${id.toLowerCase()}`,
          file,
          'failed',
          list
            .map(({ Message, CauseMetadata }) => `line ${CauseMetadata?.StartLine ?? '?'}: ${Message}`)
            .join('\n'),
          'mend it, or waive it in waivers.yaml with a reason',
        ),
      ),
    ]
  })
}
