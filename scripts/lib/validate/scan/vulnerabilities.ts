import { ownUser } from '../../engine.ts'
import { statePath } from '../../settings.ts'
import { $, lastLine } from '../../shell.ts'
import { productionServices } from '../../production-images.ts'
import { finding, findingOf, type Finding } from '../finding.ts'
import { notRun } from '../not-run.ts'
import { runScanner, scanners } from '../scanners.ts'
import { trivyIsThere } from '../trivy.ts'

const RULE = 'image-vulnerabilities'

/** Why Trivy's database of vulnerabilities isn't here, or undefined if it is. */
async function fetchDatabase(folder: string): Promise<string | undefined> {
  if (!(await trivyIsThere())) return 'there is no Trivy for this processor'
  // The one call of a scanner with a network: it reads nothing of ours, and gets only the folder that it writes to.
  const options = ['--rm', '--init', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL']
  const mount = `type=bind,source=${folder},target=/database`
  const command = ['trivy', 'image', '--quiet', '--cache-dir', '/database', '--download-db-only']
  const run = await $({
    timeout: '20s',
  })`docker run ${options} --user ${ownUser()} --mount ${mount} ${await scanners()} ${command}`.nothrow()
  return run.exitCode === 0 ? undefined : `Trivy's database cannot be fetched: ${lastLine(run)}`
}

/** What is known against the packages of each production image, by its list of packages. */
export async function vulnerabilities(): Promise<Finding[]> {
  const folder = statePath('validate', 'trivy', 'db')
  const cache = folder.slice(0, -'/db'.length)
  const why = await fetchDatabase(cache)
  const found: Finding[] = []
  // One after the other: Trivy locks its database.
  for (const service of productionServices) {
    const subject = `${service}:production`
    found.push(
      why === undefined
        ? await knownAgainst(service, subject, cache)
        : notRun(RULE, subject, why, 'run it where the database can be reached'),
    )
  }
  return found
}

async function knownAgainst(service: string, subject: string, cache: string): Promise<Finding> {
  const command = [
    ...['trivy', 'sbom', '--quiet', '--config', '/dev/null', '--ignorefile', '/dev/null'],
    ...['--skip-db-update', '--offline-scan', '--cache-dir', '/database'],
    ...['--severity', 'HIGH,CRITICAL', '--ignore-unfixed', '--format', 'json', `/sbom/${service}.cdx.json`],
  ]
  const scan = await runScanner(command, {
    reads: { '/sbom': statePath('reports', 'sbom', 'x').slice(0, -'/x'.length) },
    writes: { '/database': cache },
  })
  if (scan.exitCode !== 0) {
    const how = `Trivy ended with ${scan.exitCode ?? 'a signal'}: ${scan.stderr}`
    return finding(RULE, subject, 'could not verify', how)
  }
  const { Results = [] } = JSON.parse(scan.stdout) as {
    Results?: { Vulnerabilities?: { VulnerabilityID: string; PkgName: string; FixedVersion: string }[] }[]
  }
  const bad = Results.flatMap(({ Vulnerabilities = [] }) => Vulnerabilities)
  return findingOf(RULE, subject, {
    wrong: bad.map((one) => `${one.PkgName}: ${one.VulnerabilityID}, mended in ${one.FixedVersion}`),
    good: 'none that is high or critical and has a mended version',
    remedy: 'take the mended versions',
  })
}
