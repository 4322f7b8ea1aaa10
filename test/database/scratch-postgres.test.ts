import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { createAuthority } from '../../scripts/lib/certificates.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { names, root } from '../../scripts/lib/settings.ts'
import { emptyDatabase, freshDatabase } from '../support/fresh-database.ts'

async function ask(connection: pg.ClientConfig, statement: string): Promise<unknown[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

describe('a fresh database', () => {
  it("has the bank's schema, its roles and its rights", async () => {
    const database = await freshDatabase()
    const accounts = 'select number, balance from accounts'
    expect(await ask(database.as('dwaybank_api'), accounts)).toEqual([{ number: '0000000195', balance: '0' }])
    await expect(ask(database.as('dwaybank_api'), 'delete from entries')).rejects.toMatchObject({
      code: '42501',
    })
    const roles = 'select current_user, rolsuper from pg_roles where rolname = current_user'
    expect(await ask(database.as('dwaybank_owner'), roles)).toEqual([
      { current_user: 'dwaybank_owner', rolsuper: false },
    ])
    expect(await ask(database.as('dwaybank'), roles)).toEqual([{ current_user: 'dwaybank', rolsuper: true }])
  })

  it('shares nothing with another one', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
    await ask(one.as('dwaybank'), "update accounts set name = 'changed'")
    expect(await ask(other.as('dwaybank'), 'select name from accounts')).toEqual([{ name: 'DwayBank' }])
  })

  it('is refused to a role without its password', async () => {
    const connection = (await emptyDatabase()).as('dwaybank_api')
    await expect(ask({ ...connection, password: 'guessed' }, 'select 1')).rejects.toMatchObject({
      code: '28P01',
    })
  })

  it('is refused without TLS', async () => {
    const connection = (await emptyDatabase()).as('dwaybank_api')
    await expect(ask({ ...connection, ssl: false }, 'select 1')).rejects.toMatchObject({
      code: '28000',
      message: expect.stringContaining('no encryption') as string,
    })
  })

  it('is not taken for the one that was asked by who knows another authority, or another name', async () => {
    const connection = (await emptyDatabase()).as('dwaybank_api')
    const { certificate: ca } = await createAuthority()
    await expect(ask({ ...connection, ssl: { ca } }, 'select 1')).rejects.toThrow(/certificate/)
    const ssl = { ...connection.ssl, servername: 'postgres' }
    await expect(ask({ ...connection, ssl }, 'select 1')).rejects.toThrow(/altnames/)
  })
})

it('runs in a container that down and prune know', async () => {
  const filters = [`label=dway.instance=${names.cluster}`, `label=dway.checkout=${root}`]
  const words = filters.flatMap((filter) => ['--filter', filter])
  const { stdout } = await $`docker ps ${words} --format ${'{{.Names}}'}`
  expect(stdout).toContain(`${names.cluster}-postgres-`)
})
