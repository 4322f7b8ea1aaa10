import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the SQL files lie: beside src. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url))

export interface Migration {
  version: number
  file: string
  sql: string
  checksum: string
}

export interface AppliedMigration {
  version: number
  file: string
  checksum: string
}

/** The migration files and the database don't fit together; the message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/**
 * Reads the migration files in their order.
 * @throws {MigrationError} when a file isn't named like 0001_name.sql or two have the same number.
 */
export async function readMigrations(folder: string = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const migrations = await Promise.all(files.map((file) => readMigration(folder, file)))
  for (const [index, { version, file }] of migrations.entries()) {
    const before = migrations[index - 1]
    if (before?.version === version) {
      throw new MigrationError(`${before.file} and ${file} have the same number: renumber the newer one`)
    }
  }
  return migrations
}

async function readMigration(folder: string, file: string): Promise<Migration> {
  const version = /^([0-9]{4})_[a-z0-9_]+\.sql$/.exec(file)?.[1]
  if (version === undefined)
    throw new MigrationError(`Rename ${file}: migrations are named like 0001_name.sql`)
  const sql = await readFile(join(folder, file), 'utf8')
  return { version: Number(version), file, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

/**
 * Whether a file runs in a transaction. One statement that can't, above all `create index concurrently`, has a file
 * of its own, which says so in its first line.
 */
export function runsInTransaction({ sql }: Pick<Migration, 'sql'>): boolean {
  return !sql.startsWith('-- outside of a transaction')
}

/**
 * Says which migrations are still to be applied. Applied ones that this code doesn't know are a newer
 * release's, and are left alone so that an older release can run beside it.
 * @throws {MigrationError} when an applied file was changed, or one lies before what is applied.
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const known = new Map(applied.map((row) => [row.version, row]))
  const newest = Math.max(0, ...known.keys())
  return migrations.filter(({ version, file, checksum }) => {
    const row = known.get(version)
    if (row === undefined && version < newest) {
      throw new MigrationError(
        `${file} comes before ${newest}, which is applied already: give it a higher number`,
      )
    }
    if (row !== undefined && row.checksum !== checksum) {
      throw new MigrationError(
        `${file} was changed after it had been applied: restore it and put the change into a new migration`,
      )
    }
    return row === undefined
  })
}
