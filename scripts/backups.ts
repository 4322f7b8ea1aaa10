// backups: lists the backups of PostgreSQL, and what can be restored from them
//
// Usage: ./dway backups [--verify] [--json]
//
// Prints each backup in the store with its size and the name of its key in the Secret backup-repository, the moments
// that ./dway restore can reach, and what the last verification found: each night the newest backup is restored into a pod
// of its own, and its books are checked. Ends with 1 if that failed, could not verify anything or is older than 28 hours,
// if nothing can be restored, if the archive is behind, or if the log was given up and there is no backup since.
//
//   --verify  verifies the newest backup now
//   --json    prints it as JSON
import { readArgs } from './lib/args.ts'
import { readArchive, type Archive } from './lib/backup/archive.ts'
import { gapsOf, readDropped, type Gap } from './lib/backup/gaps.ts'
import { listBackups, type Backup } from './lib/backup/info.ts'
import { requireBackups, runJob } from './lib/backup/jobs.ts'
import { backupTable, moment } from './lib/backup/print.ts'
import { lastVerification, verdictOf, type Verification } from './lib/backup/verification.ts'
import { readUndone, type Undone } from './lib/backup/swap.ts'
import { JobFailed } from './lib/cron-job.ts'
import { runVerb } from './lib/errors.ts'
import { requireCluster } from './lib/running.ts'
import { step } from './lib/steps.ts'

/** A night and some hours, as the alert has it. */
const LONGEST_UNVERIFIED_MS = 28 * 3_600_000
/** Beyond this many segments the store does not keep up. */
const BEHIND = 3

function rangeOf(backups: readonly Backup[], { lastArchivedAt }: Archive): [Date, Date] | undefined {
  const [oldest] = backups
  if (oldest === undefined) return undefined
  return [
    oldest.endedAt,
    lastArchivedAt !== undefined && lastArchivedAt > oldest.endedAt ? lastArchivedAt : oldest.endedAt,
  ]
}

/** Verifies the newest backup now. */
async function verifyNow(): Promise<Verification> {
  const verified = (verdict: Verification['verdict'], evidence: string) => ({
    verdict,
    evidence,
    endedAt: new Date(),
  })
  try {
    const log = await step('restore the newest backup into a pod of its own', (progress) =>
      runJob('verify-backup', progress),
    )
    return verified('passed', log.trim().split('\n').at(-1) ?? '')
  } catch (error) {
    if (!(error instanceof JobFailed)) throw error
    return verified(verdictOf(error.status), error.message)
  }
}

function printLines(
  backups: readonly Backup[],
  range: [Date, Date] | undefined,
  undone: readonly Undone[],
  gaps: readonly Gap[],
  archive: Archive,
  verification: Verification | undefined,
): void {
  if (backups.length > 0) console.log(backupTable(backups))
  console.log(
    range === undefined
      ? 'nothing can be restored: there is no backup yet (./dway backup)'
      : `can be restored: any moment from ${moment(range[0])} to ${moment(range[1])}, and to now by what restore archives first`,
  )
  for (const { from, to } of undone)
    console.log(`but not from ${moment(from)} to ${moment(to)}, which a restore has undone`)
  for (const { from, to } of gaps)
    console.log(
      to === undefined
        ? `but nothing after ${moment(from)}: the log was given up while the store was away (./dway backup --type full)`
        : `but not from ${moment(from)} to ${moment(to)}: the log was given up while the store was away`,
    )
  if (archive.waiting >= BEHIND)
    console.log(
      `the archive is behind: ${archive.waiting} segments wait, ${archive.failing ?? 'none'} failed (./dway logs postgres)`,
    )
  console.log(
    verification === undefined
      ? 'not verified yet: ./dway backups --verify'
      : `last verified ${moment(verification.endedAt)}: ${verification.evidence}`,
  )
}

await runVerb('backups', async () => {
  const { flags } = readArgs(import.meta.url)
  await requireCluster()
  await requireBackups()
  const now = flags['verify'] ? await verifyNow() : undefined
  const [backups, archive, undone, dropped, verification] = await Promise.all([
    listBackups(),
    readArchive(),
    readUndone(),
    readDropped(),
    now ?? lastVerification(),
  ])
  const range = rangeOf(backups, archive)
  const gaps = gapsOf(dropped, backups)
  if (flags['json'])
    console.log(JSON.stringify({ backups, range, undone, gaps, archive, verification }, null, 2))
  else printLines(backups, range, undone, gaps, archive, verification)
  const wrong = verification !== undefined && verification.verdict !== 'passed'
  const since = verification?.endedAt ?? backups[0]?.endedAt ?? new Date()
  const stale = Date.now() - since.getTime() > LONGEST_UNVERIFIED_MS
  const gap = gaps.some(({ to }) => to === undefined)
  if (range === undefined || wrong || stale || gap || archive.waiting >= BEHIND) process.exitCode = 1
})
