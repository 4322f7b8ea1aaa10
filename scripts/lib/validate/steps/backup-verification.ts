import { setTimeout as sleep } from 'node:timers/promises'
import { archiveAll } from '../../backup/archive.ts'
import { listBackups } from '../../backup/info.ts'
import { backUp, runJob } from '../../backup/jobs.ts'
import { moment } from '../../backup/print.ts'
import { withRestored, type Restoration } from '../../backup/restore.ts'
import { asOnlyRestore } from '../../backup/restore-live.ts'
import { RestoreFailed } from '../../backup/restore-pod.ts'
import { lastVerification } from '../../backup/verification.ts'
import { runPsql } from '../../database.ts'
import { messageOf } from '../../errors.ts'
import { NAME_LABEL, type Labels } from '../../kubernetes.ts'
import { profile } from '../../profile.ts'
import type { Verdict } from '../../report.ts'
import { names } from '../../settings.ts'
import { getJson } from '../../shell.ts'
import { step } from '../../steps.ts'
import { finding, type Finding } from '../finding.ts'
import { notRun } from '../not-run.ts'
import type { Step } from '../step.ts'
import { unlessAway } from '../unless-away.ts'

/** A night and some hours, as the alerts have it. */
const FRESH_MS = 28 * 3_600_000
/** What the moment that is restored may be away from the transaction that was booked for it. */
const LOST_SECONDS = 15
/** A restore knows moments to the second. */
const MARGIN_MS = 1200

const STORE = 'StatefulSet/object-store'
const LOGS = './dway logs postgres and ./dway logs object-store say why'

interface CronJob {
  metadata: { name: string; creationTimestamp: string; labels?: Labels }
  spec: { suspend?: boolean }
  status?: { lastSuccessfulTime?: string }
}

const isRecent = (time: string) => Date.now() - Date.parse(time) < FRESH_MS

function judgeSchedule({ metadata, spec, status = {} }: CronJob): Finding {
  const subject = `CronJob/${metadata.name}`
  const judge = (verdict: Verdict, evidence: string, remedy?: string) =>
    finding('runs-each-night', subject, verdict, evidence, remedy)
  if (spec.suspend === true) return judge('failed', 'it is suspended', 'its manifest must not suspend it')
  const { lastSuccessfulTime: last } = status
  if (last !== undefined && isRecent(last)) return judge('passed', `it succeeded at ${last}`)
  if (isRecent(metadata.creationTimestamp)) return judge('passed', 'it is new: its first night is to come')
  const logs = `./dway logs ${metadata.labels?.[NAME_LABEL] ?? metadata.name} says why`
  return judge('failed', `its last success was ${last ?? 'never'}`, logs)
}

/** Whether the nightly Jobs run, and what the last verification found. */
async function judgeNights(): Promise<Finding[]> {
  const nightly = ['backup-full', 'backup-diff', 'verify-backup']
  const { items } = await getJson<{ items: CronJob[] }>(['--namespace', names.namespace, 'cronjobs'])
  const schedules = nightly.map((name) => {
    const found = items.find(({ metadata }) => metadata.name === name)
    const remedy = './dway up --profile full makes it'
    if (!found) return finding('runs-each-night', `CronJob/${name}`, 'failed', 'it is not there', remedy)
    return judgeSchedule(found)
  })
  return [...schedules, await judgeVerification()]
}

/** What the last verification found, which is made now where none has ended. */
async function judgeVerification(): Promise<Finding> {
  let last = await lastVerification()
  if (last === undefined) {
    // What keeps it from its end is told by what it left.
    await step('verify a backup', (progress) => runJob('verify-backup', progress)).catch(() => undefined)
    last = await lastVerification()
  }
  const judge = (verdict: Verdict, evidence: string) =>
    finding(
      'last-verification',
      'CronJob/verify-backup',
      verdict,
      evidence,
      verdict === 'passed' ? undefined : './dway backups --verify does it again',
    )
  if (last === undefined) return judge('could not verify', 'none has ended yet')
  return judge(last.verdict, `${moment(last.endedAt)}: ${last.evidence}`)
}

/** The newest backup, which is made now if the last one is too old. */
async function judgeNewest(): Promise<Finding[]> {
  const fresh = async () =>
    (await listBackups()).filter(({ endedAt }) => isRecent(endedAt.toISOString())).at(-1)
  let newest = await fresh()
  if (newest === undefined) {
    await step('back up (diff)', (progress) => backUp('diff', progress))
    newest = await fresh()
  }
  return newest === undefined
    ? [finding('backup-is-fresh', STORE, 'failed', 'it lists no backup of the last 28 hours', LOGS)]
    : [finding('backup-is-fresh', STORE, 'passed', `${newest.label}, ended ${moment(newest.endedAt)}`)]
}

/** Whether what is written now reaches the store. */
async function judgeArchive(): Promise<Finding[]> {
  await archiveAll()
  return [finding('log-is-archived', STORE, 'passed', 'the last segment of the log is in the store')]
}

function judgeRestoration(restored: Restoration): Finding {
  const { backup, checks, rpoSeconds = Infinity, rtoSeconds } = restored
  const judge = (verdict: Verdict, evidence: string, remedy = LOGS) =>
    finding('restores', STORE, verdict, evidence, verdict === 'passed' ? undefined : remedy)
  const wrong = checks.find(({ verdict }) => verdict !== 'passed')
  if (wrong)
    return judge(wrong.verdict, `the books of ${backup}, ${wrong.name}: ${wrong.evidence}`, wrong.remedy)
  if (rpoSeconds > LOST_SECONDS)
    return judge('failed', `${backup} lacks what was booked last, ${rpoSeconds} s before`)
  if (checks.length === 0) return judge('could not verify', `the books of ${backup} were not read`)
  const read = checks.map(({ name }) => name).join(', ')
  return judge(
    'passed',
    `${backup} in ${rtoSeconds.toFixed(0)} s, up to ${rpoSeconds.toFixed(1)} s before that moment; right: ${read}`,
  )
}

/** Restores what is there now beside the bank, and reads its books. */
async function judgeRestore(): Promise<Finding[]> {
  try {
    return await asOnlyRestore(async () => {
      await runPsql('no transaction was made', 'select from pg_current_xact_id();\n')
      await sleep(MARGIN_MS)
      return withRestored({ at: new Date() }, 'scratch', async (restored) => [judgeRestoration(restored)])
    })
  } catch (error) {
    const verdict = error instanceof RestoreFailed ? error.verdict : 'could not verify'
    return [finding('restores', STORE, verdict, messageOf(error), LOGS)]
  }
}

export const backupVerification: Step = {
  number: 7,
  name: 'backup verification',
  proves:
    'What the bank holds now can be brought back: it was restored beside the bank a moment ago, and its books are right.',
  needs: 'bank',
  async run() {
    if (profile() === 'core')
      return [notRun('restores', STORE, 'the profile core has no backups', './dway up --profile full')]
    const newest = await unlessAway('backup-is-fresh', STORE, judgeNewest)
    const nights = unlessAway('runs-each-night', 'all backups', judgeNights)
    const archive = await unlessAway('log-is-archived', STORE, judgeArchive)
    return [...(await nights), ...newest, ...archive, ...(await judgeRestore())]
  },
}
