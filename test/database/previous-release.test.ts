import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyDatabase, freshDatabase } from '../support/fresh-database.ts'
import {
  hasPreviousRelease,
  loadPreviousRelease,
  PREVIOUS_RELEASE,
  type PreviousLedger,
  type PreviousRelease,
} from '../support/previous-release.ts'
import { runMigrations } from '../support/scratch-postgres.ts'

const hasHistory = await hasPreviousRelease()
const remedy = `this clone lacks the commit ${PREVIOUS_RELEASE}: git fetch --unshallow`
if (!hasHistory) console.error(`The previous release was NOT tested: ${remedy}`)

if (!hasHistory) it.skip(`the previous release is not tested: ${remedy}`)

describe.runIf(hasHistory)('on the new schema the api of the previous release', () => {
  let release: PreviousRelease
  let pool: Pool
  let ledger: PreviousLedger
  beforeAll(async () => {
    release = await loadPreviousRelease()
    const config = (await freshDatabase('previous')).as('dwaybank_api')
    pool = release.createPool(config, { warn: () => undefined })
    ledger = release.postgresLedger(pool)
  })
  afterAll(() => pool.end())

  /** Somebody with the welcome credit on one account. */
  async function register() {
    const email = `tess.${randomUUID()}@example.org`
    const { id } = await ledger.register({ email, name: 'Tess Tester', passwordHash: '$argon2id$old' })
    const [account] = await ledger.listAccounts(id)
    if (!account) throw new Error('a new customer has no account')
    return { id, email, account }
  }

  it('is ready', async () => {
    await release.checkSchemaVersion(pool, await release.readMigrations())
  })

  it('registers customers, who log in and have the welcome credit', async () => {
    const { id, email, account } = await register()
    expect((await ledger.findLogin(email))?.customer.id).toBe(id)
    expect(account.balance).toBe(100_000)
    await ledger.openAccount(id, 'Savings')
    expect(await ledger.listAccounts(id)).toHaveLength(2)
  })

  it('refuses an address that is taken', async () => {
    const { email } = await register()
    const again = ledger.register({ email, name: 'Tess Tester', passwordHash: '$argon2id$old' })
    await expect(again).rejects.toMatchObject({ code: 'email_taken' })
  })

  it('moves money, once for each key, and refuses what is not covered', async () => {
    const [payer, payee] = [await register(), await register()]
    const request = {
      customerId: payer.id,
      idempotencyKey: randomUUID(),
      fromAccountId: payer.account.id,
      toAccountNumber: payee.account.number,
      amount: 2500,
      reference: 'from the previous release',
    }
    const first = await ledger.transfer(request)
    expect(first).toMatchObject({ replayed: false, outcome: { transfer: { amount: 2500 } } })
    expect(await ledger.transfer(request)).toEqual({ ...first, replayed: true })
    await expect(ledger.transfer({ ...request, amount: 1 })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
    const tooMuch = { ...request, idempotencyKey: randomUUID(), amount: 1_000_000 }
    expect(await ledger.transfer(tooMuch)).toMatchObject({
      outcome: { refusal: { code: 'insufficient_funds' } },
    })
    const { entries } = await ledger.listEntries({
      customerId: payer.id,
      accountId: payer.account.id,
      limit: 10,
    })
    expect(entries.map(({ amount, balance }) => [amount, balance])).toEqual([
      [-2500, 97_500],
      [100_000, 100_000],
    ])
  })

  it('books what it is asked at once, and the books balance', async () => {
    const [one, other] = [await register(), await register()]
    const pay = (from: typeof one, to: typeof one) =>
      ledger.transfer({
        customerId: from.id,
        idempotencyKey: randomUUID(),
        fromAccountId: from.account.id,
        toAccountNumber: to.account.number,
        amount: 100,
        reference: '',
      })
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? pay(one, other) : pay(other, one))),
    )
    for (const { id } of [one, other]) expect((await ledger.listAccounts(id))[0]?.balance).toBe(100_000)
  })
})

describe.runIf(hasHistory)('a database that the previous release made', () => {
  it('is migrated further with its customers and bookings, and that release goes on using it', async () => {
    const release = await loadPreviousRelease()
    const database = await emptyDatabase('adopted')
    expect(await runMigrations(database.as('dwaybank_owner'), release.migrate)).toContain('"version":1')
    const pool = release.createPool(database.as('dwaybank_api'), { warn: () => undefined })
    try {
      const ledger = release.postgresLedger(pool)
      const register = () =>
        ledger.register({ email: `${randomUUID()}@example.org`, name: 'Tess', passwordHash: '$argon2id$old' })
      const { id } = await register()
      expect(await runMigrations(database.as('dwaybank_owner'))).not.toContain('0001_ledger')
      expect((await ledger.listAccounts(id))[0]?.balance).toBe(100_000)
      await register()
      await release.checkSchemaVersion(pool, await release.readMigrations())
      expect(await runMigrations(database.as('dwaybank_owner'), release.migrate)).toContain('"applied":0')
    } finally {
      await pool.end()
    }
  }, 120_000)
})
