import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MIGRATIONS_FOLDER, readMigrations } from '../../services/api/src/db/migrations.ts'
import { migrate } from '../../services/api/src/db/migrator.ts'
import { emptyDatabase, freshDatabase } from '../support/fresh-database.ts'
import { runMigrations, type Connection } from '../support/scratch-postgres.ts'

let folder: string
let owner: Connection
let messages: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  owner = (await emptyDatabase('migrations')).as('dwaybank_owner')
  messages = []
})
afterEach(() => rm(folder, { recursive: true }))

const write = (file: string, sql: string) => writeFile(join(folder, file), sql)
const run = () => migrate(owner, folder, ({ msg }) => messages.push(msg))

/** The one column of what a statement returns. */
async function ask(statement: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client(owner)
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: statement, values, rowMode: 'array' })
    return rows.flat()
  } finally {
    await client.end()
  }
}

const APPLIED = 'select file from schema_migrations order by version'
const KNOWN_TO_RUNNER = 'select name from pgmigrations order by id'

/** What the releases before node-pg-migrate did. */
async function applyAsBefore(file: string, sql: string): Promise<void> {
  await ask(`create table if not exists schema_migrations (version integer primary key, file text not null,
    checksum text not null, applied_at timestamptz not null default now())`)
  await ask(sql)
  const checksum = createHash('sha256').update(sql).digest('hex')
  await ask('insert into schema_migrations (version, file, checksum) values ($1, $2, $3)', [
    Number(file.slice(0, 4)),
    file,
    checksum,
  ])
}

describe('migrations', () => {
  it('are all applied by the Job, once, and by the next one not again', async () => {
    const files = (await readMigrations(MIGRATIONS_FOLDER)).map(({ file }) => file)
    expect(await runMigrations(owner)).toContain(`"applied":${files.length}`)
    expect(await runMigrations(owner)).toContain('"applied":0')
    expect(await ask(APPLIED)).toEqual(files)
    expect(await ask(KNOWN_TO_RUNNER)).toEqual(files.map((file) => file.replace('.sql', '')))
  })

  it('are applied once when two Jobs run at once: the other one waits', async () => {
    await write('0001_slow.sql', 'create table slow (id bigint); select pg_sleep(1);')
    await write('0002_next.sql', 'alter table slow add column name text;')
    const both = await Promise.all([run(), run()])
    expect(both.map(({ applied }) => applied.length).sort()).toEqual([0, 2])
    expect(messages).toContain('waiting for another migration')
    expect(await ask(APPLIED)).toEqual(['0001_slow.sql', '0002_next.sql'])
    expect(await ask(KNOWN_TO_RUNNER)).toEqual(['0001_slow', '0002_next'])
  })

  it('that an earlier release applied are known as applied', async () => {
    const first = 'create table first (id bigint);'
    await write('0001_first.sql', first)
    await write('0002_second.sql', 'create table second (id bigint);')
    await applyAsBefore('0001_first.sql', first)
    expect((await run()).applied).toEqual(['0002_second.sql'])
    expect(await ask(APPLIED)).toEqual(['0001_first.sql', '0002_second.sql'])
    expect(await ask(KNOWN_TO_RUNNER)).toEqual(['0001_first', '0002_second'])
  })

  it('that an earlier release applied after this one ran are known as applied too', async () => {
    await write('0001_first.sql', 'create table first (id bigint);')
    await run()
    const second = 'create table second (id bigint);'
    await write('0002_second.sql', second)
    await applyAsBefore('0002_second.sql', second)
    expect((await run()).applied).toEqual([])
  })

  it('of a newer release are left alone', async () => {
    await write('0001_first.sql', 'create table first (id bigint);')
    await write('0002_second.sql', 'create table second (id bigint);')
    await run()
    await rm(join(folder, '0002_second.sql'))
    expect(await run()).toEqual({ applied: [], version: 1 })
  })

  it('are refused when an applied file was changed', async () => {
    await write('0001_first.sql', 'create table first (id bigint);')
    await run()
    await write('0001_first.sql', 'create table first (id text);')
    await expect(run()).rejects.toThrow(
      '0001_first.sql was changed after it had been applied: restore it and put the change into a new migration',
    )
  })

  it('are refused when one comes before what is applied', async () => {
    await write('0002_second.sql', 'create table second (id bigint);')
    await run()
    await write('0001_first.sql', 'create table first (id bigint);')
    await expect(run()).rejects.toThrow('0001_first.sql comes before 2, which is applied already')
    expect(await ask(APPLIED)).toEqual(['0002_second.sql'])
  })

  it('leave nothing behind when they fail, and keep the ones before', async () => {
    await write('0001_first.sql', 'create table first (id bigint);')
    await write('0002_broken.sql', 'create table second (id bigint); select 1 / 0;')
    await expect(run()).rejects.toThrow('0002_broken.sql failed and changed nothing: division by zero')
    expect(await ask("select to_regclass('second')")).toEqual([null])
    expect(await ask(APPLIED)).toEqual(['0001_first.sql'])
    expect(await ask(KNOWN_TO_RUNNER)).toEqual(['0001_first'])
  })

  it('give up a lock that they wait for before the api does', async () => {
    await write('0001_first.sql', 'create table first (id bigint);')
    await run()
    await write('0002_second.sql', 'alter table first add column name text;')
    const busy = new pg.Client(owner)
    await busy.connect()
    try {
      await busy.query('begin; select from first')
      await expect(run()).rejects.toThrow(
        '0002_second.sql failed and changed nothing: canceling statement due to',
      )
    } finally {
      await busy.end()
    }
    expect((await run()).applied).toEqual(['0002_second.sql'])
  })

  it('build an index without a transaction where their first line says so', async () => {
    await write('0001_first.sql', 'create table first (id bigint);')
    await write(
      '0002_index.sql',
      '-- outside of a transaction\ncreate index concurrently first_by_id on first (id);',
    )
    // Another runner that waits meanwhile must not be waited for in turn.
    const both = await Promise.all([run(), run()])
    expect(both.flatMap(({ applied }) => applied)).toEqual(['0001_first.sql', '0002_index.sql'])
    expect(await ask("select indisvalid from pg_index where indexrelid = 'first_by_id'::regclass")).toEqual([
      true,
    ])
  })
})

it('the api reads what is applied, and changes nothing of it', async () => {
  const client = new pg.Client((await freshDatabase()).as('dwaybank_api'))
  await client.connect()
  try {
    const { rows } = await client.query<{ file: string }>(APPLIED)
    expect(rows[0]).toEqual({ file: '0001_ledger.sql' })
    await expect(client.query('delete from schema_migrations')).rejects.toMatchObject({ code: '42501' })
    await expect(client.query('select from pgmigrations')).rejects.toMatchObject({ code: '42501' })
  } finally {
    await client.end()
  }
})
