import pg from 'pg'
import type { Pool } from 'pg'
import { MigrationError, pendingMigrations, type AppliedMigration, type Migration } from './migrations.ts'
import { withClient } from './pool.ts'

/** undefined_table and insufficient_privilege: what a database without the first migration says. */
const NOT_MIGRATED = new Set(['42P01', '42501'])

/**
 * Checks that every migration this code was written for is applied as it was written.
 * @throws {MigrationError} when one is missing or differs; {Unavailable} when PostgreSQL doesn't answer.
 */
export async function checkSchemaVersion(pool: Pool, migrations: readonly Migration[]): Promise<void> {
  const next = pendingMigrations(migrations, await readApplied(pool))[0]
  if (next) throw new MigrationError(`${next.file} is not applied: run the migrations`)
}

async function readApplied(pool: Pool): Promise<AppliedMigration[]> {
  try {
    const { rows } = await withClient(pool, (client) =>
      client.query<AppliedMigration>('select version, file, checksum from schema_migrations'),
    )
    return rows
  } catch (error) {
    if (error instanceof pg.DatabaseError && NOT_MIGRATED.has(error.code ?? '')) return []
    throw error
  }
}
