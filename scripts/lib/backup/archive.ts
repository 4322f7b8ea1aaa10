import { setTimeout as sleep } from 'node:timers/promises'
import { runPsql } from '../database.ts'
import { UserError } from '../errors.ts'

/** What the live server says of the segments that it gives away. */
export interface Archive {
  /** When the last one reached the store. */
  lastArchivedAt: Date | undefined
  lastArchived: string | undefined
  /** The last one that did not, unless one after it did. */
  failing: string | undefined
  /** How many wait. */
  waiting: number
}

/** @throws UserError if the live server does not answer */
export async function readArchive(): Promise<Archive> {
  const output = await runPsql(
    'the archive cannot be read',
    `select json_build_object('at', extract(epoch from last_archived_time), 'archived', last_archived_wal,
       'failing', case when last_failed_time > coalesce(last_archived_time, '-infinity') then last_failed_wal end,
       'waiting', (select count(*) from pg_ls_archive_statusdir() where name like '%.ready'))
     from pg_stat_archiver;\n`,
  )
  const { at, archived, failing, waiting } = JSON.parse(output) as {
    at: number | null
    archived: string | null
    failing: string | null
    waiting: number
  }
  return {
    lastArchivedAt: at === null ? undefined : new Date(at * 1000),
    lastArchived: archived ?? undefined,
    failing: failing ?? undefined,
    waiting,
  }
}

const PATIENCE_MS = 60_000

/**
 * Archives all that the live server has written until now, with a transaction at its end: a restore to a moment needs one
 * that came later.
 * @throws UserError if it does not reach the store
 */
export async function archiveAll(): Promise<void> {
  const segment = await runPsql(
    'the log was not switched',
    'select from pg_current_xact_id();\nselect pg_walfile_name(pg_switch_wal());\n',
  )
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const { lastArchived } = await readArchive()
    // Names of segments sort as they were written.
    if (lastArchived !== undefined && lastArchived >= segment) return
    if (performance.now() > deadline)
      throw new UserError(`the log was not archived within ${PATIENCE_MS / 1000} s`, {
        remedy: './dway logs postgres says why; ./dway status shows whether object-store runs',
      })
    await sleep(300)
  }
}
