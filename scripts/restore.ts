// restore: puts PostgreSQL back to how it was at a moment
//
// Usage: ./dway restore --at TIME [--scratch] [--yes] [--json]
//        ./dway restore --from FILE [--at TIME] [--scratch] [--yes] [--json]
//        ./dway restore --discard [--yes]
//
// Restores the newest backup before TIME and what was archived after it, beside the live database, checks the books of the
// result as ./dway ledger check does, and prints its digest, its RPO (from TIME back to the last transaction that is
// there) and its RTO (until its books were read). Only then, after asking, it takes the place of the live database, which
// is kept on the same volume, and is backed up. The bank is away while they change places. What was booked between TIME
// and that moment is undone: no later restore reaches it. Ends with 1 if nothing could be restored or the restored books
// are wrong, and the live database is untouched then; also if the backup afterwards
// failed, which it says, and if something could not be verified, which does not keep it from the exchange.
//
// Into a fresh cluster, after the old one is lost with all that it knew: ./dway up, then --from FILE, which
// ./dway backups --keys FILE had written there and which was kept elsewhere. It says where the bucket is, and has its login
// and the passphrase. All that is in the bucket's archive comes back, or what was there at TIME, by the same way. The bucket
// is only read: this cluster's own passwords stay, and it backs up to its own store. FILE lies in the checkout, by a path
// from its root, and may be read by its owner alone. One of this cluster's own backups is taken with --scratch alone.
//
//     ./dway restore --at 2026-11-26T14:05:09Z --scratch
//     ./dway restore --at '2026-11-26 15:05:09+01:00'
//     ./dway restore --from .dway/backup-keys.yaml
//
//   --at TIME    the moment, to the minute, the second or a thousandth of it, in UTC unless an offset is given
//   --from FILE  the backups of another cluster, into this one
//   --scratch    only restores and checks, into a pod that goes away again
//   --discard    removes the databases that earlier restores have kept
//   --yes        does not ask
//   --json       prints the result as JSON
import { readArgs } from './lib/args.ts'
import { requireBackups } from './lib/backup/jobs.ts'
import { openOwn, readKeys } from './lib/backup/keys-file.ts'
import { parseMoment } from './lib/backup/moment.ts'
import { seconds } from './lib/backup/print.ts'
import { BACKUP_SECRET } from './lib/backup/repository-secret.ts'
import { asOnlyRestore, backUpAnew, restoreLive } from './lib/backup/restore-live.ts'
import { withRestored, type Restoration, type Wanted } from './lib/backup/restore.ts'
import { foldersBeside, removeFolders } from './lib/backup/swap.ts'
import { checkoutFile } from './lib/checkout-file.ts'
import { confirm, requireSomebody } from './lib/confirm.ts'
import { runVerb, UsageError } from './lib/errors.ts'
import { report } from './lib/report.ts'
import { requireCluster } from './lib/running.ts'
import { readSecret } from './lib/secrets.ts'
import { readContents } from './lib/seed/state.ts'
import { note } from './lib/steps.ts'

function print({ checks, ...rest }: Restoration, { at }: Wanted, json: boolean): void {
  if (checks.some(({ verdict }) => verdict !== 'passed')) process.exitCode = 1
  if (json) {
    console.log(JSON.stringify({ ...rest, checks }, null, 2))
    return
  }
  report(checks, false)
  const { backup, digest, lastTransactionAt, rpoSeconds, rtoSeconds } = rest
  console.log(
    `backup ${backup}, last transaction ${lastTransactionAt?.toISOString() ?? 'that of the backup'}`,
  )
  console.log(`digest ${digest}`)
  const rpo = at ? seconds(rpoSeconds) : 'not known without --at'
  console.log(`RPO ${rpo}, RTO ${seconds(rtoSeconds)}`)
}

async function discard(yes: boolean): Promise<void> {
  const folders = await foldersBeside()
  if (folders.length === 0) {
    note('no earlier restore has kept a database')
    return
  }
  await confirm('removes from the volume of PostgreSQL, for good', folders, yes)
  await removeFolders(folders)
}

/** What the live database loses, for whoever is asked. */
async function losses({ at, from }: Wanted, folder: string): Promise<string[]> {
  const kept = `the live database, which is kept beside it as ${folder.replace('restored', 'replaced')}`
  const contents = await readContents().catch(() => undefined)
  if (contents === undefined) return [kept]
  return [
    `${kept}: ${contents.transfers} transfers`,
    from || at === undefined
      ? 'with everything that was booked in this cluster'
      : `with everything that was booked after ${at.toISOString()}`,
  ]
}

async function restore(wanted: Wanted, scratch: boolean, yes: boolean, json: boolean): Promise<void> {
  if (scratch) {
    await withRestored(wanted, 'scratch', (restoration) => {
      print(restoration, wanted, json)
      return Promise.resolve()
    })
    return
  }
  const { kept } = await restoreLive(wanted, {
    restored: (restoration) => print(restoration, wanted, json),
    agree: async (folder) =>
      confirm('puts the restored database in the place of', await losses(wanted, folder), yes),
  })
  note(`the database before is kept as ${kept}: ./dway restore --discard removes it`)
  await backUpAnew()
}

await runVerb('restore', async () => {
  const { flags } = readArgs(import.meta.url)
  const yes = flags['yes'] === true
  const [at, from] = [flags['at'], flags['from']]
  const isWanted = at !== undefined || from !== undefined
  if (isWanted === (flags['discard'] === true))
    throw new UsageError(
      'say what to restore: --at 2026-11-26T14:05:09Z; --from FILE, into a fresh cluster; or --discard what was kept',
    )
  const wanted: Wanted = {
    at: at === undefined ? undefined : parseMoment(String(at)),
    from: from === undefined ? undefined : readKeys(checkoutFile(String(from))),
  }
  requireSomebody(yes || flags['scratch'] === true, '--yes or --scratch')
  await requireCluster()
  if (isWanted) await requireBackups()
  if (wanted.from && flags['scratch'] !== true && openOwn(wanted.from, await readSecret(BACKUP_SECRET)))
    throw new UsageError(
      `${String(from)} opens this bank's own backups: ./dway restore --at TIME restores them; --scratch tries the file`,
    )
  await asOnlyRestore(() =>
    isWanted ? restore(wanted, flags['scratch'] === true, yes, flags['json'] === true) : discard(yes),
  )
})
