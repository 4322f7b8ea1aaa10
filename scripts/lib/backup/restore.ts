import { runPsql } from '../database.ts'
import { messageOf, UserError } from '../errors.ts'
import { audit } from '../ledger/check.ts'
import { cleaningUp } from '../on-exit.ts'
import type { Check } from '../report.ts'
import { readDigest } from '../seed/state.ts'
import { note, step } from '../steps.ts'
import { archiveAll } from './archive.ts'
import { listBackups, type Backup } from './info.ts'
import { moment } from './print.ts'
import { LIVE_FOLDER, remove, restoredDatabase, restoreInto, type Restored } from './restore-pod.ts'
import { readUndone, removeFolders } from './swap.ts'

/** A restored database, and what its books are found to be. */
export interface Restoration extends Restored {
  checks: Check[]
  digest: string
  /** From the moment that was wanted back to the last transaction that is there, in seconds. */
  rpoSeconds: number | undefined
  /** From the start to books that are read, in seconds; the question and the exchange come on top. */
  rtoSeconds: number
}

/** What cannot be asked of the store or of the live server is left to the restore itself. */
const unlessAway = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    note(`${messageOf(error)}; the restore itself will tell`)
    return undefined
  })

/**
 * The newest backup before a moment that is not of a time that a restore has undone.
 * @returns its label; undefined if the store or the live server does not answer
 * @throws UserError if there is none, or if the moment itself is undone, so that the archive goes round it
 */
async function backupBefore(at: Date): Promise<string | undefined> {
  const [backups, undone] = await Promise.all([unlessAway(listBackups()), unlessAway(readUndone())])
  const within = (date: Date) => undone?.find(({ from, to }) => date > from && date < to)
  const found = within(at)
  if (found)
    throw new UserError(
      `what was booked from ${moment(found.from)} to ${moment(found.to)} was undone by a restore, and that moment with it`,
    )
  if (backups === undefined) return undefined
  const [first] = backups
  if (first === undefined) throw new UserError('there is no backup: ./dway backup makes one')
  // Its end is told to the second, and must have come before the moment.
  const ended = (backup: Backup) => backup.endedAt.getTime() + 1000 <= at.getTime()
  const usable = backups.filter((backup) => ended(backup) && within(backup.endedAt) === undefined).at(-1)
  if (usable === undefined)
    throw new UserError(
      `nothing before ${moment(first.endedAt)} can be restored: the first backup ended then`,
    )
  return usable.label
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
  const backup = await backupBefore(at)
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
        restoreInto(at, backup, volume, folder, progress),
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
