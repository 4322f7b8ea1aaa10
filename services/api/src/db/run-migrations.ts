import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { readDatabaseConfig, type DatabaseConfig } from '../config.ts'
import {
  MigrationError,
  pendingMigrations,
  readMigrations,
  type AppliedMigration,
  type Migration,
} from './migrations.ts'

/** Any number will do, as long as nothing else in the database takes the same advisory lock. */
const MIGRATION_LOCK = 4_201_969

const PATIENCE_MS = 60_000

const CANNOT_CONNECT_NOW = '57P03'

type Report = (fact: Record<string, unknown> & { msg: string }) => void

/**
 * Applies what is pending, each file in a transaction of its own, one runner at a time.
 * @returns the files that were applied.
 * @throws {MigrationError} when files and database don't fit together or a file fails (see `cause`).
 */
async function migrate(
  config: DatabaseConfig,
  migrations: readonly Migration[],
  report: Report,
): Promise<string[]> {
  const client = await connect(config, report)
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    const pending = pendingMigrations(migrations, await readApplied(client))
    for (const migration of pending) {
      const started = performance.now()
      await apply(client, migration)
      report({ msg: 'migration applied', file: migration.file, ms: Math.round(performance.now() - started) })
    }
    return pending.map(({ file }) => file)
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

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  await client.query(`
    create table if not exists schema_migrations (
      version integer primary key,
      file text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`)
  const { rows } = await client.query<AppliedMigration>(
    'select version, file, checksum from schema_migrations order by version',
  )
  return rows
}

async function apply(client: pg.Client, { version, file, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query('insert into schema_migrations (version, file, checksum) values ($1, $2, $3)', [
      version,
      file,
      checksum,
    ])
    await client.query('commit')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MigrationError(`${file} failed and changed nothing: ${why}`, { cause })
  }
}

async function main(): Promise<void> {
  const report: Report = (fact) => {
    process.stdout.write(`${JSON.stringify({ level: 'info', time: new Date().toISOString(), ...fact })}\n`)
  }
  const migrations = await readMigrations()
  const applied = await migrate(readDatabaseConfig(), migrations, report)
  report({ msg: 'database is up to date', applied: applied.length, version: migrations.at(-1)?.version ?? 0 })
}

try {
  await main()
} catch (error) {
  process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
