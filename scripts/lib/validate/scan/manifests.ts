import { UserError } from '../../errors.ts'
import { finding, type Finding } from '../finding.ts'
import { notRun } from '../not-run.ts'
import { runScanner, type Scan } from '../scanners.ts'
import { TRIVY, trivyIsThere } from '../trivy.ts'
import { ruleOf } from './concerns.ts'
import { overlays, type Rendered } from './rendered.ts'

/** What one scanner's check said of one object. */
interface Remark {
  scanner: string
  check: string
  /** OVERLAY/FILE, as the rendered objects lie. */
  file: string
  ok: boolean
  message: string
}

const WHERE = '/manifests'

/** @throws UserError if a scanner gave no answer, since silence is no pass */
function answer<T>(scanner: string, { stdout, stderr, exitCode }: Scan): T {
  try {
    return JSON.parse(stdout) as T
  } catch (error) {
    const why = stderr.trim().split('\n').at(-1) || `it ended with ${exitCode ?? 'a signal'}`
    throw new UserError(`${scanner} gave no answer: ${why}`, { cause: error })
  }
}

const inFolder = (file: string) => file.replace(/^\/?(manifests\/)?/, '')

/** What Trivy finds wrong; for what is right it names no object. */
async function trivy({ joined }: Rendered): Promise<Remark[]> {
  const command = [...TRIVY('config'), '--misconfig-scanners', 'kubernetes', '--format', 'json', WHERE]
  const report = answer<{
    Results?: {
      Target: string
      Misconfigurations?: {
        ID: string
        Title: string
        Message: string
        CauseMetadata: { StartLine?: number }
      }[]
    }[]
  }>('Trivy', await runScanner(command, { reads: { [WHERE]: joined.folder } }))
  const results = report.Results ?? []
  const unread = overlays.filter((overlay) => !results.some(({ Target }) => Target === `${overlay}.yaml`))
  if (unread.length > 0) throw new UserError(`Trivy said nothing of ${unread.join(' and ')}`)
  return results.flatMap(({ Target, Misconfigurations = [] }) => {
    const overlay = overlays.find((one) => Target === `${one}.yaml`)
    const starts = overlay === undefined ? [] : joined.starts[overlay]
    return Misconfigurations.map(({ ID, Title, Message, CauseMetadata: { StartLine = 1 } }) => ({
      scanner: 'trivy',
      check: ID.replace(/^AVD-/, ''),
      file: starts.findLast(({ line }) => line <= StartLine)?.file ?? '',
      ok: false,
      message: Message || Title,
    }))
  })
}

async function checkov(folder: string): Promise<Remark[]> {
  const options = ['--framework', 'kubernetes', '--skip-download', '--output', 'json', '--compact']
  const scan = await runScanner(['checkov', '--directory', WHERE, ...options], { reads: { [WHERE]: folder } })
  interface Result {
    check_id: string
    check_name: string
    file_path: string
  }
  const { results } = answer<{
    results: Record<'passed_checks' | 'failed_checks' | 'skipped_checks', Result[]>
  }>('checkov', scan)
  const remarks = (list: readonly Result[], ok: boolean) =>
    list.map(({ check_id, check_name, file_path }) => ({
      scanner: 'checkov',
      check: check_id,
      file: inFolder(file_path),
      ok,
      message: check_name,
    }))
  return [
    ...remarks(results.passed_checks, true),
    ...remarks(results.failed_checks, false),
    // An annotation in a manifest that skips a check is none of ours.
    ...remarks(results.skipped_checks, false),
  ]
}

async function kubeScore({ folder, subjects }: Rendered, overlay: string): Promise<Remark[]> {
  const files = [...subjects.keys()].filter((file) => file.startsWith(`${overlay}/`))
  const options = [
    '--output-format',
    'json',
    '--disable-ignore-checks-annotations',
    '--disable-optional-checks-annotations',
  ]
  const command = ['kube-score', 'score', ...options, ...files.map((file) => `${WHERE}/${file}`)]
  const objects = answer<
    {
      file_name: string
      checks: {
        check: { id: string; comment: string }
        grade: number
        skipped: boolean
        comments: { path: string; summary: string }[] | null
      }[]
    }[]
  >('kube-score', await runScanner(command, { reads: { [WHERE]: folder } }))
  return objects.flatMap(({ file_name, checks }) =>
    checks
      .filter(({ skipped }) => !skipped)
      .map(({ check, grade, comments }) => ({
        scanner: 'kube-score',
        check: check.id,
        file: inFolder(file_name),
        ok: grade === 10,
        message:
          (comments ?? []).map(({ path, summary }) => (path ? `${path}: ${summary}` : summary)).join('; ') ||
          check.comment,
      })),
  )
}

async function kubeconform(folder: string): Promise<Remark[]> {
  const schemas = '/schemas/{{.ResourceKind}}{{.KindSuffix}}.json'
  const options = ['-strict', '-output', 'json', '-verbose', '-schema-location', schemas]
  const { resources } = answer<{ resources: { filename: string; status: string; msg: string }[] }>(
    'kubeconform',
    await runScanner(['kubeconform', ...options, WHERE], { reads: { [WHERE]: folder } }),
  )
  return resources.map(({ filename, status, msg }) => ({
    scanner: 'kubeconform',
    check: 'schema',
    file: inFolder(filename),
    ok: status === 'statusValid',
    message: msg || status,
  }))
}

/** What four scanners say of each object of both overlays: a finding for each rule that an object does not keep. */
export async function scanManifests(rendered: Rendered): Promise<Finding[]> {
  const { folder, subjects } = rendered
  const haveTrivy = await trivyIsThere()
  const remarks = (
    await Promise.all([
      haveTrivy ? trivy(rendered) : [],
      checkov(folder),
      kubeScore(rendered, 'dev-full'),
      kubeScore(rendered, 'production'),
      kubeconform(folder),
    ])
  ).flat()
  const unread = haveTrivy
    ? []
    : overlays.map((overlay) =>
        notRun('manifest-scanned', overlay, 'there is no Trivy for this processor', 'run it on amd64'),
      )
  const found = [...new Set(subjects.values())].toSorted().flatMap((subject) => {
    const own = remarks.filter(({ file }) => subjects.get(file) === subject)
    const bad = Map.groupBy(
      own.filter(({ ok }) => !ok),
      ({ scanner, check }) => ruleOf(scanner, check),
    )
    return [
      seen(subject, own, rendered),
      ...[...bad].map(([rule, list]) => broken(rule, subject, list, rendered)),
    ]
  })
  return [...unread, ...found]
}

/** What makes pods is what each scanner has rules for; of other kinds only the one of fields knows all. */
const WORKLOADS = /^(CronJob|DaemonSet|Deployment|Job|StatefulSet)$/
const expectedFor = (subject: string) =>
  WORKLOADS.test(subject.split('/')[0] ?? '') ? ['checkov', 'kube-score', 'kubeconform'] : ['kubeconform']

/**
 * That the scanners had this object before them in each overlay that has it, and how many of their checks it kept. Trivy
 * names what is right of no object: that it has read an overlay is asked for where it is called.
 */
export function seen(
  subject: string,
  remarks: readonly Remark[],
  { subjects }: Pick<Rendered, 'subjects'>,
): Finding {
  const files = [...subjects].filter(([, one]) => one === subject).map(([file]) => file)
  const silent = files.flatMap((file) =>
    expectedFor(subject)
      .filter((scanner) => !remarks.some((remark) => remark.scanner === scanner && remark.file === file))
      .map((scanner) => `${scanner} said nothing of it in ${overlayOf(file)}`),
  )
  if (silent.length > 0) return finding('manifest-scanned', subject, 'could not verify', silent.join('\n'))
  const counting = remarks.filter(({ scanner }) => scanner !== 'trivy')
  const kept = [...Map.groupBy(counting, ({ scanner }) => scanner)].map(
    ([scanner, list]) => `${scanner} ${list.filter(({ ok }) => ok).length} of ${list.length}`,
  )
  return finding('manifest-scanned', subject, 'passed', `checks kept: ${kept.join(', ')}`)
}

const overlayOf = (file: string) => file.slice(0, file.indexOf('/'))

/** An object that only one overlay breaks a rule in is named with the overlay. */
function broken(rule: string, subject: string, remarks: readonly Remark[], { subjects }: Rendered): Finding {
  const here = [...new Set(remarks.map(({ file }) => overlayOf(file)))]
  const everywhere = [...subjects].filter(([, one]) => one === subject).length
  const where = here.length < everywhere ? `${here.join()} ${subject}` : subject
  const evidence = new Set(remarks.map(({ scanner, check, message }) => `${scanner} ${check}: ${message}`))
  return finding(
    rule,
    where,
    'failed',
    [`in ${here.join(' and ')}`, ...evidence].join('\n'),
    'mend the manifest, or waive it in waivers.yaml with a reason',
  )
}
