import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pendingMigrations, readMigrations, runsInTransaction } from './migrations.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
})
afterEach(() => rm(folder, { recursive: true }))

const write = (file: string, sql = 'select 1;') => writeFile(join(folder, file), sql)

describe('migrations', () => {
  it('are read in the order of their numbers', async () => {
    await Promise.all([write('0010_later.sql'), write('0002_first.sql'), write('README.md')])
    expect((await readMigrations(folder)).map(({ version }) => version)).toEqual([2, 10])
  })

  it('are named by number and name', async () => {
    await write('2-first.sql')
    await expect(readMigrations(folder)).rejects.toThrow(/Rename 2-first.sql/)
  })

  it('have a number of their own', async () => {
    await Promise.all([write('0001_one.sql'), write('0001_other.sql')])
    await expect(readMigrations(folder)).rejects.toThrow(/same number/)
  })

  it('are pending until they are applied', async () => {
    await Promise.all([write('0001_one.sql'), write('0002_two.sql')])
    const migrations = await readMigrations(folder)
    expect(pendingMigrations(migrations, migrations.slice(0, 1))).toEqual(migrations.slice(1))
    expect(pendingMigrations(migrations, migrations)).toEqual([])
  })

  it('are never changed once they are applied', async () => {
    await write('0001_one.sql')
    const applied = await readMigrations(folder)
    await write('0001_one.sql', 'select 2;')
    const changed = await readMigrations(folder)
    expect(() => pendingMigrations(changed, applied)).toThrow(/0001_one.sql was changed/)
  })

  it('are never slipped in before what is applied', async () => {
    await Promise.all([write('0001_one.sql'), write('0002_two.sql')])
    const migrations = await readMigrations(folder)
    expect(() => pendingMigrations(migrations, migrations.slice(1))).toThrow(/higher number/)
  })

  it('run in a transaction unless their first line says otherwise', () => {
    expect(runsInTransaction({ sql: 'select 1;\n-- outside of a transaction' })).toBe(true)
    expect(runsInTransaction({ sql: '-- outside of a transaction\nselect 1;' })).toBe(false)
  })

  it('of a newer release are left alone', async () => {
    await Promise.all([write('0001_one.sql'), write('0002_two.sql')])
    const migrations = await readMigrations(folder)
    expect(pendingMigrations(migrations.slice(0, 1), migrations)).toEqual([])
  })
})
