import { runPsql } from '../database.ts'
import { messageOf, UserError } from '../errors.ts'
import { audit } from '../ledger/check.ts'
import { cleaningUp } from '../on-exit.ts'
import type { Check } from '../report.ts'
import { readDigest } from '../seed/state.ts'
import { note, step } from '../steps.ts'
import { archiveAll } from './archive.ts'
import { listBackups } from './info.ts'
import { moment } from './print.ts'
import { LIVE_FOLDER, remove, restoredDatabase, restoreInto, type Restored } from './restore-pod.ts'
import { readUndone, removeFolders } from './swap.ts'

/** A restored database, and what its books are found to be. */
export interface Restoration extends Restored {
  checks: Check[]
  digest: string
  /** From the moment that was wanted back to the last transaction that is there, in seconds. */
  rpoSeconds: number | undefined
  /** From the start to books that are checked, in seconds. */
  rtoSeconds: number
}

/** @throws UserError if no backup is as old as the moment */
async function requireBackupBefore(at: Date): Promise<void> {
  const backups = await listBackups().catch((error: unknown) => {
    note(`${messageOf(error)}; the restore itself will tell`)
    return undefined
  })
  if (backups === undefined || backups.some(({ endedAt }) => endedAt <= at)) return
  const [first] = backups
  throw new UserError(
    first === undefined
      ? 'there is no backup: ./dway backup makes one'
      : `nothing before ${moment(first.endedAt)} can be restored: the first backup ended then`,
  )
}

/** @throws UserError if a restore has undone that moment, so that the archive goes round it */
async function requireNotUndone(at: Date): Promise<void> {
  const undone = await readUndone().catch((error: unknown) => {
    note(`${messageOf(error)}: whether an earlier restore has undone that moment is not known`)
    return []
  })
  const found = undone.find(({ from, to }) => at > from && at < to)
  if (found)
    throw new UserError(
      `what was booked from ${moment(found.from)} to ${moment(found.to)} was undone by a restore, and that moment with it`,
    )
}

/**
 * Restores the database of a moment beside the live one, which is not touched, and checks it.
 * @param at the moment
 * @param volume a volume of its own, which goes with it, or the live database's
 * @param use is given the result while the restored database runs, the folder that it is in, and what to call before
 * that folder is used: from then on it is not removed
 * @returns what `use` returns
 * @throws UserError with the reason if it cannot be restored; nothing of it is left then
 */
export async function withRestored<T>(
  at: Date,
  volume: 'scratch' | 'live',
  use: (restoration: Restoration, folder: string, keep: () => void) => Promise<T>,
): Promise<T> {
  const started = performance.now()
  await requireBackupBefore(at)
  await requireNotUndone(at)
  await step('archive what was written until now', archiveAll).catch((error: unknown) => {
    note(`${messageOf(error)}: what is not in the store yet cannot be restored`)
  })
  const folder =
    volume === 'scratch'
      ? LIVE_FOLDER
      : `${LIVE_FOLDER}.restored-${moment(new Date()).replaceAll(/[-:]/g, '')}`
  let kept = false
  return cleaningUp(
    async () => {
      const restored = await step(`restore to ${at.toISOString()}`, (progress) =>
        restoreInto(at, volume, folder, progress),
      )
      const { checks } = await step('read its books', () =>
        audit((script) => runPsql('the restored books cannot be read', script, undefined, restoredDatabase)),
      )
      const digest = await step('read its digest', () => readDigest(restoredDatabase))
      const { lastTransactionAt } = restored
      return use(
        {
          ...restored,
          checks,
          digest,
          rpoSeconds: lastTransactionAt && (at.getTime() - lastTransactionAt.getTime()) / 1000,
          rtoSeconds: (performance.now() - started) / 1000,
        },
        folder,
        () => (kept = true),
      )
    },
    async () => {
      await remove()
      if (volume === 'live' && !kept) await removeFolders([folder])
    },
  )
}
