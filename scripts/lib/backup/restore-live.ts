import { runPsql } from '../database.ts'
import { messageOf, UsageError, UserError } from '../errors.ts'
import { currentHolder, exclusively } from '../lock.ts'
import { note, step } from '../steps.ts'
import { backUp } from './jobs.ts'
import { removeLeftovers, RESTORE_LOCK } from './killed-restore.ts'
import { remove, restoredDatabase } from './restore-pod.ts'
import { withRestored, type Restoration, type Wanted } from './restore.ts'
import { swap } from './swap.ts'

/**
 * Runs work that restores, removes what a restore has kept, or changes the key of the backups: one at a time in this checkout.
 * @throws UsageError if another one is at work
 */
export async function asOnlyRestore<T>(work: () => Promise<T>): Promise<T> {
  const holder = await currentHolder(RESTORE_LOCK)
  if (holder) throw new UsageError(`./dway ${holder.verb} is at work (process ${holder.pid})`)
  return exclusively(
    async () => {
      await removeLeftovers()
      return work()
    },
    { file: RESTORE_LOCK },
  )
}

/** What happens on the way from a restored database to the one in place. */
export interface Stages {
  /** It is restored, and its books are read; the live one is untouched. */
  restored?(restoration: Restoration): void
  /** Its books are right, and it is about to take the live one's place; what this throws keeps it from that. */
  agree(folder: string): Promise<void>
}

/**
 * Restores a database beside the live one, then puts it in its place.
 * @returns what was restored, and the folder on its volume where the database before is kept
 * @throws UserError if it cannot be restored, or the restored books are wrong: the live database is as it was then
 */
export async function restoreLive(
  wanted: Wanted,
  { restored, agree }: Stages,
): Promise<{ restoration: Restoration; kept: string }> {
  return withRestored(wanted, 'live', async (restoration, folder, keep) => {
    restored?.(restoration)
    // What could not be verified, for want of notes beside the backup, is told before the question.
    if (restoration.checks.some(({ verdict }) => verdict === 'failed'))
      throw new UserError('the restored books are wrong: the live database stays as it is')
    await tellOfMigrations()
    await agree(folder)
    await remove()
    keep()
    return { restoration, kept: await exclusively(() => swap(folder, wanted.from ? undefined : wanted.at)) }
  })
}

/** Says so if the restored schema is not the live one's: the api knows the latter. */
async function tellOfMigrations(): Promise<void> {
  const version = 'select max(version) from schema_migrations;\n'
  const [restored, live] = await Promise.all([
    runPsql('the restored schema is not known', version, undefined, restoredDatabase),
    // A schema that was dropped is what is restored.
    runPsql('the live schema is not known', version).catch(() => undefined),
  ])
  if (live === undefined || live === restored) return
  note(
    `the restored schema is that of migration ${restored}, the live one's ${live}: afterwards ./dway shell tilt trigger migrate`,
  )
}

/**
 * Makes the first backup of a database that was restored: none from before begins at it, and the repository may know another server.
 * @throws UserError if there is none
 */
export async function backUpAnew(): Promise<void> {
  await step('back up (full)', (progress) => backUp('full', progress)).catch((error: unknown) => {
    throw new UserError(`the restored database has no backup yet: ${messageOf(error)}`, {
      cause: error,
      remedy: './dway backup --type full makes one',
    })
  })
}
