import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runner, type MigrationBuilder } from 'node-pg-migrate'
import pg from 'pg'
import type { DatabaseConfig } from '../config.ts'
import {
  MigrationError,
  pendingMigrations,
  readMigrations,
  runsInTransaction,
  type AppliedMigration,
  type Migration,
} from './migrations.ts'

/** Any number will do, as long as nothing else in the database takes the same advisory lock. */
const MIGRATION_LOCK = 4_201_969

const PATIENCE_MS = 60_000

const CANNOT_CONNECT_NOW = '57P03'

export type Report = (fact: Record<string, unknown> & { msg: string }) => void

/**
 * Applies what is pending, each file in a transaction of its own, one runner at a time.
 * @returns the files that were applied, and the newest version that this code knows.
 * @throws {MigrationError} when files and database don't fit together or a file fails (see `cause`).
 */
export async function migrate(
  config: DatabaseConfig,
  folder: string,
  report: Report,
): Promise<{ applied: string[]; version: number }> {
  const migrations = await readMigrations(folder)
  const client = await connect(config, report)
  try {
    await lock(client, report)
    const pending = pendingMigrations(migrations, await readApplied(client))
    for (const migration of pending) {
      const started = performance.now()
      await apply(client, folder, migration)
      report({ msg: 'migration applied', file: migration.file, ms: Math.round(performance.now() - started) })
    }
    return { applied: pending.map(({ file }) => file), version: migrations.at(-1)?.version ?? 0 }
  } finally {
    await client.end()
  }
}

/** PostgreSQL may still be starting when the migration does: waiting here beats being restarted. */
async function connect(config: DatabaseConfig, report: Report): Promise<pg.Client> {
  const deadline = performance.now() + PATIENCE_MS
  for (let waiting = false; ; waiting = true) {
    const client = new pg.Client({
      ...config,
      application_name: 'dwaybank-migrate',
      connectionTimeoutMillis: 2000,
    })
    try {
      await client.connect()
      return client
    } catch (cause) {
      await client.end().catch(() => undefined)
      const why = cause instanceof Error ? cause.message : String(cause)
      if (performance.now() > deadline || isFinal(cause)) {
        throw new MigrationError(`No way into PostgreSQL at ${config.host}:${config.port}: ${why}`, { cause })
      }
      if (!waiting) report({ msg: 'waiting for postgres', host: config.host, why })
      await sleep(500)
    }
  }
}

/** A server that answers "no" will say so again; one that says it is starting up won't. */
function isFinal(cause: unknown): boolean {
  return cause instanceof pg.DatabaseError && cause.code !== CANNOT_CONNECT_NOW
}

/**
 * Waits until no other runner is at work, for as long as the Job may. It asks again and again: a statement that waits
 * in the server holds a snapshot, and an index that the other runner makes concurrently would wait for that.
 */
async function lock(client: pg.Client, report: Report): Promise<void> {
  for (let waiting = false; ; waiting = true) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      MIGRATION_LOCK,
    ])
    if (rows[0]?.locked) return
    if (!waiting) report({ msg: 'waiting for another migration' })
    await sleep(200)
  }
}

/**
 * Reads what is applied: schema_migrations knows it with checksums, and is what an api reads. What the releases before
 * node-pg-migrate applied is told to that one's own table.
 */
async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  await client.query(`
    create table if not exists schema_migrations (
      version integer primary key,
      file text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    );
    create table if not exists pgmigrations (
      id serial primary key,
      name varchar(255) not null,
      run_on timestamp not null
    );
    insert into pgmigrations (name, run_on)
      select name, applied_at from (select *, regexp_replace(file, '[.]sql$', '') as name from schema_migrations) known
      where not exists (select from pgmigrations where pgmigrations.name = known.name)
      order by version`)
  const { rows } = await client.query<AppliedMigration>(
    'select version, file, checksum from schema_migrations order by version',
  )
  return rows
}

/** Lets node-pg-migrate apply one file; its own lock would throw where another runner is at work. */
async function apply(client: pg.Client, folder: string, migration: Migration): Promise<void> {
  const steps = (pgm: MigrationBuilder) => {
    if (runsInTransaction(migration)) {
      // Whoever asks for the table meanwhile waits behind the migration: for less long than the api does.
      pgm.sql("set local lock_timeout = '2s'")
    } else {
      pgm.noTransaction()
    }
    pgm.sql(migration.sql)
    pgm.sql(`insert into schema_migrations (version, file, checksum)
      values (${migration.version}, ${pg.escapeLiteral(migration.file)}, ${pg.escapeLiteral(migration.checksum)})`)
  }
  try {
    await runner({
      dbClient: client,
      dir: folder,
      ignorePattern: '.*(?<![.]sql)',
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: async (files) => files.map(toUnit) }],
      migrationsTable: 'pgmigrations',
      direction: 'up',
      file: basename(migration.file, '.sql'),
      singleTransaction: true,
      noLock: true,
      logger: silence,
    })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const left = runsInTransaction(migration) ? 'changed nothing' : 'may have left something half done'
    throw new MigrationError(`${migration.file} failed and ${left}: ${why}`, { cause })
  }
  function toUnit(file: string) {
    return { id: file, filePaths: [file], actions: { up: steps, down: false as const } }
  }
}

/** What there is to say is reported, one JSON object a line. */
const silence = { info: ignore, warn: ignore, error: ignore }
function ignore() {}
