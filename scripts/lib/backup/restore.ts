import { runPsql } from '../database.ts'
import { messageOf, UserError } from '../errors.ts'
import { audit } from '../ledger/check.ts'
import { cleaningUp } from '../on-exit.ts'
import type { Check } from '../report.ts'
import { readDigest } from '../seed/state.ts'
import { note, step } from '../steps.ts'
import { archiveAll } from './archive.ts'
import { heldAgainstHeads } from './heads-check.ts'
import { withForeignRepository, type ForeignRepository } from './foreign-repository.ts'
import { listBackups, type Backup } from './info.ts'
import type { BackupKeys } from './keys-file.ts'
import { moment } from './print.ts'
import {
  LIVE_FOLDER,
  listInPod,
  onLiveVolume,
  readNotedHeads,
  remove,
  restoredDatabase,
  restoreInto,
  type Restored,
} from './restore-pod.ts'
import { removeFolders } from './swap.ts'
import { parseUndone, readUndone, UNDONE, type Undone } from './undone.ts'
import { noteLines, printNotes } from './volume-notes.ts'

/** A restored database, and what its books are found to be. */
export interface Restoration extends Restored {
  checks: Check[]
  digest: string
  /** From the moment that was wanted back to the last transaction that is there, in seconds; undefined without a moment. */
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
 * @param backups all there are, the oldest first
 * @throws UserError if there is none, or if the moment itself is undone, so that the archive goes round it
 */
export function backupBefore(
  at: Date | undefined,
  backups: readonly Backup[],
  undone: readonly Undone[] = [],
): Backup {
  const within = (date: Date) => undone.find(({ from, to }) => date > from && date < to)
  const found = at && within(at)
  if (found)
    throw new UserError(
      `what was booked from ${moment(found.from)} to ${moment(found.to)} was undone by a restore, and that moment with it`,
    )
  const [first] = backups
  if (first === undefined) throw new UserError('there is no backup: ./dway backup makes one')
  // Its end is told to the second, and must have come before the moment.
  const ended = (backup: Backup) => at === undefined || backup.endedAt.getTime() + 1000 <= at.getTime()
  const usable = backups.filter((backup) => ended(backup) && within(backup.endedAt) === undefined).at(-1)
  if (usable === undefined)
    throw new UserError(
      `nothing before ${moment(first.endedAt)} can be restored: the first backup ended then`,
    )
  return usable
}

/** What a restore begins with, and what is not known of it. */
interface Start {
  /** Undefined leaves the choice to pgBackRest. */
  backup: Backup | undefined
  unknown: Check[]
}

/**
 * Of the bank's own backups; PostgreSQL may be away, and with it its pod, but not its volume.
 * @throws UserError if nothing says which moments are undone: another moment than the one that is wanted could be restored
 */
async function ownStart(at: Date | undefined): Promise<Start> {
  const undone = await readUndone().catch(async (error: unknown) => {
    note(`${messageOf(error)}: a pod of its own reads it`)
    return parseUndone(noteLines(await onLiveVolume(printNotes(UNDONE))))
  })
  const backups = await unlessAway(listBackups().catch(async () => (await listInPod()).backups))
  if (backups) return { backup: backupBefore(at, backups, undone), unknown: [] }
  if (undone.length > 0)
    throw new UserError(
      'restores have undone times of this bank, and without the list none can be gone round',
    )
  return { backup: undefined, unknown: [] }
}

/** Of another cluster's. */
async function foreignStart(at: Date | undefined, repository: ForeignRepository): Promise<Start> {
  const { backups, undone } = await step('list the other backups', () => listInPod(repository))
  if (backups.length === 0) throw new UserError('there is no backup in the repositories that were named')
  const backup = backupBefore(at, backups, undone)
  if (undone) return { backup, unknown: [] }
  const evidence = 'what restores have undone is not noted beside the newest backup, or cannot be read'
  const remedy = 'the moment that was restored may be one of those: compare it with what you know of it'
  return { backup, unknown: [{ name: 'undone', verdict: 'could not verify', evidence, remedy }] }
}

/** Checks the restored books, also against what was noted of the live ones before the backup. */
async function auditRestored(): Promise<Check[]> {
  const noted = await readNotedHeads().catch((error: unknown) => {
    if (error instanceof UserError) return error
    throw error
  })
  const since = noted instanceof UserError ? undefined : noted
  const { checks } = await audit(
    (script) => runPsql('the restored books cannot be read', script, undefined, restoredDatabase),
    since && { since },
  )
  return heldAgainstHeads(checks, since === undefined ? messageOf(noted) : undefined)
}

/** What to restore. */
export interface Wanted {
  /** The moment; undefined for all that there is. */
  at: Date | undefined
  /** What opens the backups of another cluster, which are restored in the place of the bank's own. */
  from?: BackupKeys | undefined
}

/**
 * Restores a database beside the live one, which is not touched, and checks it.
 * @param volume a volume of its own, which goes with it, or the live database's
 * @param use is given the result while the restored database runs, the folder that it is in, and what to call before
 * that folder is used: from then on it is not removed
 * @returns what `use` returns
 * @throws UserError with the reason if it cannot be restored; nothing of it is left then
 */
export async function withRestored<T>(
  { at, from }: Wanted,
  volume: 'scratch' | 'live',
  use: (restoration: Restoration, folder: string, keep: () => void) => Promise<T>,
): Promise<T> {
  if (from === undefined) return restoreFrom(undefined, at, volume, use)
  return withForeignRepository(from, (repository) => restoreFrom(repository, at, volume, use))
}

async function restoreFrom<T>(
  repository: ForeignRepository | undefined,
  at: Date | undefined,
  volume: 'scratch' | 'live',
  use: (restoration: Restoration, folder: string, keep: () => void) => Promise<T>,
): Promise<T> {
  const started = performance.now()
  const folder =
    volume === 'scratch'
      ? LIVE_FOLDER
      : `${LIVE_FOLDER}.restored-${moment(new Date()).replaceAll(/[-:]/g, '')}`
  let kept = false
  return cleaningUp(
    async () => {
      const { backup, unknown } = repository ? await foreignStart(at, repository) : await ownStart(at)
      if (repository === undefined)
        await step('archive what was written until now', archiveAll).catch((error: unknown) => {
          note(`${messageOf(error)}: what is not in the store yet cannot be restored`)
        })
      const restored = await step(`restore to ${at?.toISOString() ?? 'the end of the archive'}`, (progress) =>
        restoreInto({ at, backup: backup?.label, repository, volume, folder }, progress),
      )
      const checks = [...(await step('read its books', auditRestored)), ...unknown]
      const digest = await step('read its digest', () => readDigest(restoredDatabase))
      const { lastTransactionAt } = restored
      return use(
        {
          ...restored,
          checks,
          digest,
          rpoSeconds: at && lastTransactionAt && (at.getTime() - lastTransactionAt.getTime()) / 1000,
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
