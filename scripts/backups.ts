// backups: lists the backups of PostgreSQL, and what can be restored from them
//
// Usage: ./dway backups [--verify] [--json]
//        ./dway backups --keys FILE
//
// Prints each backup in the store with its size, how many keys the copy of Redis beside it has, and the name of its key in
// the Secret backup-repository, the moments that ./dway restore can reach, and what the last verification found: each
// night the newest backup is restored into a pod of its own, and its books and the copy of Redis are checked. Ends with 1
// if that failed, could not verify anything or is older than 28 hours, if nothing can be restored, if the archive is
// behind, or if the log was given up and there is no backup since.
//
// With --keys it lists nothing, but writes where the bucket is, its login, its authority and the passphrase of each
// repository: without these, nobody restores anything once the cluster is gone. ./dway restore --from FILE reads them in a
// fresh one. FILE is a new one in the checkout, for your eyes only (mode 0600) and not in git: copy it to where secrets are
// kept, apart from the bucket, and remove it and write it anew after each rotation.
//
//   --verify     verifies the newest backup now
//   --keys FILE  writes what opens the backups without this cluster
//   --json       prints it as JSON
import { readArgs } from './lib/args.ts'
import { readArchive, type Archive } from './lib/backup/archive.ts'
import { gapsOf, readDropped, type Gap } from './lib/backup/gaps.ts'
import { listBackups, type Backup } from './lib/backup/info.ts'
import { requireBackups, runJob } from './lib/backup/jobs.ts'
import { keysOf, writeKeys } from './lib/backup/keys-file.ts'
import { backupTable, moment } from './lib/backup/print.ts'
import { lastVerification, verdictOf, type Verification } from './lib/backup/verification.ts'
import { readPlace } from './lib/backup/place.ts'
import { BACKUP_SECRET } from './lib/backup/repository-secret.ts'
import { readUndone, type Undone } from './lib/backup/undone.ts'
import { AUTHORITY_SECRET } from './lib/certs/table.ts'
import { checkoutFile } from './lib/checkout-file.ts'
import { JobFailed } from './lib/cron-job.ts'
import { runVerb } from './lib/errors.ts'
import { requireCluster } from './lib/running.ts'
import { readSecret } from './lib/secrets.ts'
import { note, step } from './lib/steps.ts'

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

/** Writes what opens the backups without this cluster. */
async function saveKeys(file: string): Promise<void> {
  const place = await readPlace()
  const [secret, authority] = await Promise.all([readSecret(BACKUP_SECRET), readSecret(AUTHORITY_SECRET)])
  const keys = keysOf(secret, place, authority['ca.crt'] ?? '')
  await writeKeys(file, keys)
  console.log(`written: ${file}, which opens all backups. Copy it to where secrets are kept`)
  const endpoint = keys.repositories[0]?.endpoint ?? ''
  // A name without a dot is a Service's.
  if (!endpoint.includes('.'))
    note(
      `the store, ${endpoint}, is a pod of this cluster: ./dway down deletes it, and nothing else reaches it by that name`,
    )
}

await runVerb('backups', async () => {
  const { flags } = readArgs(import.meta.url)
  const file = typeof flags['keys'] === 'string' ? checkoutFile(flags['keys']) : undefined
  await requireCluster()
  await requireBackups()
  if (file !== undefined) return saveKeys(file)
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
