import { setTimeout as sleep } from 'node:timers/promises'
import { JobFailed, lastLineOf, runCronJob } from '../cron-job.ts'
import { UserError } from '../errors.ts'
import type { List } from '../kubernetes.ts'
import { kubectlBank, must, workloadExists } from '../shell.ts'
import type { Progress } from '../steps.ts'

/** A CronJob of the component, which a verb runs now. */
export type BackupJob = 'backup-full' | 'backup-diff' | 'verify-backup'

/**
 * For verbs that need backups.
 * @throws UserError if what runs makes none
 */
export async function requireBackups(): Promise<void> {
  if (await workloadExists('cronjob/verify-backup')) return
  throw new UserError('this bank has no backups: ./dway up --profile full adds them')
}

/** The part of a line of pgBackRest that says what happened. */
const plain = (line: string) => line.replace(/^P\d+ +(INFO|WARN|ERROR|DETAIL): /, '')

/** The reason in what a failed pod printed: why PostgreSQL could not be asked, the first error, or its last line. */
export function reasonIn(log: string): string {
  const lines = log.split('\n')
  const error =
    lines.find((line) => line.includes('unable to check pg1: ')) ??
    lines.find((line) => /^P\d+ +ERROR: /.test(line))
  return plain(error ?? lastLineOf(log)) || 'it printed nothing'
}

/**
 * Runs one of the CronJobs now, once, and waits for its end.
 * @returns what it printed
 * @throws JobFailed with the reason; of a verification the failed Job stays, as what was found last
 */
export function runJob(from: BackupJob, progress: Progress): Promise<string> {
  return runCronJob(from, { progress, plain, reasonIn, keep: from === 'verify-backup' })
}

/**
 * Waits until no Job of the component is at work.
 * @throws UserError if one still is after ten minutes
 */
export async function awaitNoJob(): Promise<void> {
  const words = [
    'get',
    'jobs',
    '--selector',
    'app.kubernetes.io/name in (backup, verify-backup)',
    '--output',
    'json',
  ]
  const deadline = performance.now() + LOCKED_PATIENCE_MS
  for (;;) {
    const { stdout } = await must('the Jobs of backups cannot be listed', kubectlBank(words))
    const { items } = JSON.parse(stdout) as List<{ metadata: { name: string }; status?: { active?: number } }>
    const active = items.find(({ status }) => (status?.active ?? 0) > 0)
    if (active === undefined) return
    if (performance.now() > deadline)
      throw new UserError(`${active.metadata.name} is still at work: run the same command again later`)
    await sleep(2000)
  }
}

/** What pgBackRest says while another one backs up the same server. */
const LOCKED = 'unable to acquire lock'
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
      const locked = error instanceof JobFailed && error.message.includes(LOCKED)
      if (!locked || performance.now() > deadline) throw error
    }
    progress.now('another backup is under way')
    await sleep(5000)
  }
}
