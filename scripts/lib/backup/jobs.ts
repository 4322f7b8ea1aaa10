import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import type { Condition, List, Pod } from '../kubernetes.ts'
import { kubectlBank, must, workloadExists } from '../shell.ts'
import type { Progress } from '../steps.ts'

/** A CronJob of the component, which a verb runs now. */
export type BackupJob = 'backup-full' | 'backup-diff' | 'verify-backup'

/** Why a Job ended without success. */
export class JobFailed extends UserError {
  override name = 'JobFailed'
  /** What its container ended with; undefined if it never ran. */
  readonly status: number | undefined

  constructor(message: string, status: number | undefined) {
    super(message)
    this.status = status
  }
}

/**
 * For verbs that need backups.
 * @throws UserError if what runs makes none
 */
export async function requireBackups(): Promise<void> {
  if (await workloadExists('cronjob/verify-backup')) return
  throw new UserError('this bank has no backups: ./dway up --profile full adds them')
}

/** The last pod of a Job. */
async function lastPod(job: string): Promise<Pod | undefined> {
  const words = ['get', 'pods', '--selector', `job-name=${job}`, '--output', 'json']
  const { stdout } = await must(`the pods of ${job} cannot be listed`, kubectlBank(words))
  return (JSON.parse(stdout) as List<Pod>).items
    .sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
    .at(-1)
}

/** What a pod has printed so far; nothing while it has no container. */
export async function logOf(pod: string): Promise<string> {
  const { stdout } = await kubectlBank(['logs', pod]).nothrow()
  return stdout
}

/** The part of a line of pgBackRest that says what happened. */
const plain = (line: string) => line.replace(/^P\d+ +(INFO|WARN|ERROR|DETAIL): /, '')

/** The reason in what a failed pod printed: the first error, or its last line. */
export function reasonIn(log: string): string {
  const lines = log.trim().split('\n')
  const error = lines.find((line) => /^P\d+ +ERROR: /.test(line))
  return plain(error ?? lines.at(-1) ?? '') || 'it printed nothing'
}

/** Why a Job was given up, if it was. */
async function givenUp(job: string): Promise<string | undefined> {
  const { stdout } = await must(`${job} is gone`, kubectlBank(['get', `job/${job}`, '--output', 'json']))
  const { status } = JSON.parse(stdout) as { status?: { conditions?: Condition[] } }
  const failed = status?.conditions?.find(
    (condition) => condition.type === 'Failed' && condition.status === 'True',
  )
  return failed && (failed.message ?? failed.reason ?? 'it was given up')
}

/**
 * Runs one of the CronJobs now, once, and waits for its end.
 * @returns what it printed
 * @throws JobFailed with the reason; of a verification the failed Job stays, as what was found last
 */
export async function runJob(from: BackupJob, progress: Progress): Promise<string> {
  const job = `${from}-by-hand-${randomBytes(3).toString('hex')}`
  const words = ['create', 'job', job, `--from=cronjob/${from}`, '--dry-run=client', '--output', 'json']
  const { stdout } = await must(`${job} was not made`, kubectlBank(words))
  // Whoever waits for it tries again by hand; the CronJob counts and clears it as one of its own.
  const object = JSON.parse(stdout) as { spec: { backoffLimit?: number } }
  object.spec.backoffLimit = 0
  await must(`${job} was not made`, kubectlBank(['create', '--filename', '-'], JSON.stringify(object)))
  try {
    return await logOfEnded(job, progress)
  } catch (error) {
    if (from !== 'verify-backup')
      await kubectlBank(['delete', `job/${job}`, '--ignore-not-found', '--wait=false']).nothrow()
    throw error
  }
}

/** What pgBackRest ends with while another one holds its lock. */
const LOCKED = 50
const LOCKED_PATIENCE_MS = 600_000

/**
 * Makes a backup now, after one that is under way.
 * @returns what it printed
 * @throws JobFailed with the reason
 */
export async function backUp(type: 'full' | 'diff', progress: Progress): Promise<string> {
  const deadline = performance.now() + LOCKED_PATIENCE_MS
  for (;;) {
    try {
      return await runJob(`backup-${type}`, progress)
    } catch (error) {
      const locked = error instanceof JobFailed && error.status === LOCKED
      if (!locked || performance.now() > deadline) throw error
    }
    progress.now('another backup is under way')
    await sleep(5000)
  }
}

async function logOfEnded(job: string, progress: Progress): Promise<string> {
  for (;;) {
    const pod = await lastPod(job)
    const log = pod === undefined ? '' : await logOf(pod.metadata.name)
    if (pod?.status.phase === 'Succeeded') return log
    if (pod?.status.phase === 'Failed') {
      const ended = pod.status.containerStatuses?.[0]?.state.terminated
      throw new JobFailed(ended?.message?.trim() || reasonIn(log), ended?.exitCode)
    }
    const reason = await givenUp(job)
    if (reason !== undefined) throw new JobFailed(reason, undefined)
    progress.now(plain(log.trim().split('\n').at(-1) ?? ''))
    await sleep(1000)
  }
}
