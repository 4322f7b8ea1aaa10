import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { FastifyBaseLogger } from 'fastify'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../services/api/src/db/pool.ts'
import type { Account } from '../../services/api/src/ledger/accounts.ts'
import type { Entry, EntryQuery } from '../../services/api/src/ledger/entries.ts'
import type { EntryFilter } from '../../services/api/src/ledger/entry-filter.ts'
import { postgresLedger, type Ledger } from '../../services/api/src/ledger/ledger.ts'
import type { Statement, StatementLine } from '../../services/api/src/ledger/statement.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { SOURCE } from '../support/ledger-database.ts'

/** More than a search looks at in one statement. */
const ENTRIES = 6000
const FIRST = Date.parse('2025-01-01T00:00:00Z')
const SECONDS_BETWEEN = 1800

let ledger: Ledger
let pool: pg.Pool
let ann: string
let bob: string
let account: Account
let bobs: Account

/** Entries of Ann's account: paid in and out by Bob, half an hour apart, as the superuser can load them. */
const load = `
  create temporary table plan as
    select i, gen_random_uuid() as id, (1 + i * 7919 % 997) * case when i % 3 = 2 then -1 else 1 end as amount,
      to_timestamp($1 + i * $2::integer) as at,
      case i % 4 when 0 then 'Rent ' || i when 1 then '100% ÄRGER' when 2 then '' else 'Lunch_' || i end as reference
    from generate_series(0, $3::integer - 1) i;`
const copy = `
  insert into transfers (id, from_account_id, to_account_id, amount, currency, reference, created_at)
    select id, case when amount < 0 then $1::uuid else $2 end, case when amount < 0 then $2::uuid else $1 end,
      abs(amount), 'EUR', reference, at from plan;`
const post = `
  insert into entries (transfer_id, account_id, currency, amount, balance_after, created_at, sequence, hash)
    select id, $1, 'EUR', amount, sum(amount) over (order by i), at, i + 1, sha256('') from plan order by i;`

beforeAll(async () => {
  const database = await freshDatabase('history')
  const log = { warn: () => undefined } as unknown as FastifyBaseLogger
  pool = createPool(database.as('dwaybank_api'), log)
  ledger = postgresLedger(pool)
  const passwordHash = '$argon2id$none'
  ann = (
    await ledger.register({ email: 'ann@example.org', name: 'Ann Archer', passwordHash, source: SOURCE })
  ).id
  bob = (await ledger.register({ email: 'bob@example.org', name: 'Bob Baker', passwordHash, source: SOURCE }))
    .id
  account = await ledger.openAccount(ann, 'Long')
  const [first] = await ledger.listAccounts(bob)
  if (!first) throw new Error('Bob has no account')
  bobs = first
  const client = new pg.Client(database.as('dwaybank'))
  await client.connect()
  await client.query('set session_replication_role = replica')
  await client.query(load, [FIRST / 1000, SECONDS_BETWEEN, ENTRIES])
  await client.query(copy, [account.id, bobs.id])
  await client.query(post, [account.id])
  await client.query('update accounts set balance = (select sum(amount) from plan) where id = $1', [
    account.id,
  ])
  await client.query('analyze')
  await client.end()
})
afterAll(() => pool.end())

const query = (filter: EntryFilter, limit = 100, cursor?: string): EntryQuery => ({
  ...{ customerId: ann, accountId: account.id, filter, limit, cursor },
})

/** Reads page after page; what `between` does happens after each. */
async function readAll(filter: EntryFilter, limit = 100, between = async () => {}): Promise<Entry[]> {
  const found: Entry[] = []
  let cursor: string | undefined
  do {
    const page = await ledger.listEntries(query(filter, limit, cursor))
    expect(page.entries.length).toBeLessThanOrEqual(limit)
    found.push(...page.entries)
    cursor = page.nextCursor ?? undefined
    await between()
  } while (cursor !== undefined)
  return found
}

/** A transfer of one cent from Bob to Ann. */
async function arrive(): Promise<void> {
  const { outcome } = await ledger.transfer({
    ...{ customerId: bob, idempotencyKey: randomUUID(), fromAccountId: bobs.id },
    ...{ toAccountNumber: account.number, amount: 1, reference: 'Arrived' },
  })
  expect(outcome).toHaveProperty('transfer')
}

/** What a filter means, said once more and without SQL. */
function isWanted({ q, from, to, minAmount, maxAmount, direction }: EntryFilter) {
  return (entry: Entry): boolean => {
    const day = entry.createdAt.slice(0, 10)
    const texts = [entry.reference, entry.counterparty, entry.counterpartyName].map((text) =>
      text.toLowerCase(),
    )
    return (
      (q === undefined || texts.some((text) => text.includes(q.toLowerCase()))) &&
      (from === undefined || day >= from) &&
      (to === undefined || day <= to) &&
      (minAmount === undefined || Math.abs(entry.amount) >= minAmount) &&
      (maxAmount === undefined || Math.abs(entry.amount) <= maxAmount) &&
      (direction === undefined || (direction === 'in') === entry.amount > 0)
    )
  }
}

const day = fc
  .integer({ min: -2, max: (ENTRIES * SECONDS_BETWEEN) / 86_400 + 2 })
  .map((days) => new Date(FIRST + days * 86_400_000).toISOString().slice(0, 10))

const filters: fc.Arbitrary<EntryFilter> = fc
  .record(
    {
      q: fc.constantFrom('rent 1', 'RENT', 'ärger', '%', '_', 'bob b', 'nothing', '9'),
      from: day,
      to: day,
      minAmount: fc.integer({ min: 1, max: 1000 }),
      maxAmount: fc.integer({ min: 1, max: 1000 }),
      direction: fc.constantFrom('in' as const, 'out' as const),
    },
    { requiredKeys: [] },
  )
  .filter(({ from = '', to = '9', minAmount = 0, maxAmount = 1000 }) => from <= to && minAmount <= maxAmount)

describe('paging through an account', () => {
  it('gives what any filter lets through, each once, newest first, while new entries arrive', async () => {
    const all = await readAll({})
    expect(all.length).toBeGreaterThanOrEqual(ENTRIES)
    let found = 0
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom(7, 50, 100), async (filter, size) => {
        // Few pages of few entries would tell no more.
        const limit = Object.keys(filter).length < 2 ? 100 : size
        const newest = (await ledger.listEntries(query({}, 1))).entries[0]?.id ?? ''
        const pages = await readAll(filter, limit, arrive)
        const old = pages.filter(({ id }) => Number(id) <= Number(newest))
        const known = new Set(all.map(({ id }) => id))
        expect(old.filter(({ id }) => known.has(id)).map(({ id }) => id)).toEqual(
          all.filter(isWanted(filter)).map(({ id }) => id),
        )
        found += old.length
      }),
      {
        numRuns: 15,
        examples: [
          [{}, 100],
          [{ q: 'rent 1', direction: 'out' }, 50],
        ],
      },
    )
    // The filters may not have let through next to nothing.
    expect(found).toBeGreaterThan(1000)
  }, 300_000)

  it('finds by reference, number and name, whatever the case, and takes nothing for a wildcard', async () => {
    const find = async (q: string) => (await ledger.listEntries(query({ q }))).entries
    // Down to the oldest, however often a slow search stops on the way.
    expect((await readAll({ q: 'rent 0' })).map(({ reference }) => reference)).toEqual(['Rent 0'])
    expect(await readAll({ q: 'l%h' })).toEqual([])
    for (const q of ['lunch_', '100% ärger', 'BOB baker', bobs.number, grouped(bobs.number)]) {
      expect(await find(q)).toHaveLength(100)
    }
  })

  it('names an own account on the other side as it is called', async () => {
    const [other] = await ledger.listAccounts(ann)
    if (!other) throw new Error('Ann has no other account')
    const { outcome } = await ledger.transfer({
      ...{ customerId: ann, idempotencyKey: randomUUID(), fromAccountId: account.id },
      ...{ toAccountNumber: other.number, amount: 1, reference: 'Own' },
    })
    expect(outcome).toHaveProperty('transfer')
    const page = await ledger.listEntries(query({ q: 'own' }, 1))
    expect(page.entries[0]).toMatchObject({ counterpartyName: other.name, counterparty: other.number })
  })

  it('says where a search stopped, or that it came to the end', async () => {
    const page = await ledger.listEntries(query({ q: 'not there at all' }))
    expect(page.entries).toEqual([])
    expect(page.nextCursor === null).toBe(page.searchedTo === null)
  })

  it('refuses a cursor in another list, and a filter that contradicts itself', async () => {
    const { nextCursor } = await ledger.listEntries(query({ direction: 'in' }, 1))
    for (const wrong of [
      query({}, 1, nextCursor ?? ''),
      query({ from: '2026-02-02', to: '2026-02-01' }),
      query({ minAmount: 2, maxAmount: 1 }),
    ]) {
      await expect(ledger.listEntries(wrong)).rejects.toMatchObject({ code: 'invalid_request' })
    }
  })
})

async function linesOf(statement: Statement): Promise<StatementLine[]> {
  const lines: StatementLine[] = []
  for await (const batch of statement.batches()) lines.push(...batch)
  return lines
}

/** An account number as people write it. */
const grouped = (number: string) => number.replace(/(\d{4})(?=\d)/g, '$1 ')

const months = (customerId = ann) =>
  Promise.all(
    Array.from({ length: 9 }, (_, month) =>
      ledger.openStatement({
        ...{ customerId, accountId: account.id },
        from: new Date(Date.UTC(2025, month, 1)).toISOString().slice(0, 10),
        to: new Date(Date.UTC(2025, month + 1, 0)).toISOString().slice(0, 10),
      }),
    ),
  )

describe('statements', () => {
  it('of one month after the other leave nothing out and tell nothing twice', async () => {
    let [sequence, balance] = [0, 0]
    for (const statement of await months()) {
      expect(statement.opening).toBe(balance)
      const lines = await linesOf(statement)
      expect(lines).toHaveLength(statement.count)
      for (const line of lines) {
        expect(line.sequence).toBe(++sequence)
        expect(line.balance).toBe((balance += line.amount))
        expect(line.date >= statement.from && line.date <= statement.to).toBe(true)
      }
      expect(statement.closing).toBe(balance)
    }
    expect(sequence).toBe(ENTRIES)
  })

  it('do not grow while they are read', async () => {
    const all = { customerId: ann, accountId: account.id, from: '2025-01-01', to: '2999-12-31' }
    const statement = await ledger.openStatement(all)
    await arrive()
    expect(await linesOf(statement)).toHaveLength(statement.count)
    expect((await ledger.openStatement(all)).count).toBe(statement.count + 1)
  })

  it('of a time with nothing in it have one balance', async () => {
    const asked = { customerId: ann, accountId: account.id }
    const before = await ledger.openStatement({ ...asked, from: '2020-01-01', to: '2020-12-31' })
    expect(before).toMatchObject({ count: 0, opening: 0, closing: 0 })
    const after = await ledger.openStatement({ ...asked, from: '9999-12-31', to: '9999-12-31' })
    expect(after.count).toBe(0)
    expect(after.opening).toBe((await ledger.findAccount(ann, account.id)).balance)
  })

  it('hold no connection between batches', async () => {
    const [statement] = await months()
    const batches = statement?.batches()
    await batches?.next()
    expect(pool.totalCount - pool.idleCount).toBe(0)
    await batches?.return()
  })
})

describe("somebody else's account", () => {
  it('is not found, whatever is asked of it', async () => {
    const notFound = { code: 'not_found' }
    const asked = { customerId: bob, accountId: account.id }
    await expect(ledger.findAccount(bob, account.id)).rejects.toMatchObject(notFound)
    await expect(ledger.listEntries({ ...query({}), ...asked })).rejects.toMatchObject(notFound)
    await expect(months(bob)).rejects.toMatchObject(notFound)
  })
})

describe('a customer', () => {
  it('has at most 20 accounts, however many are opened at once', async () => {
    const passwordHash = '$argon2id$none'
    const { id } = await ledger.register({
      email: 'eve@example.org',
      name: 'Eve',
      passwordHash,
      source: SOURCE,
    })
    const openings = Array.from({ length: 30 }, (_, index) => ledger.openAccount(id, `Account ${index}`))
    const refused = (await Promise.allSettled(openings)).filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(11)
    expect(refused[0]).toMatchObject({ reason: { code: 'account_limit' } })
    expect(await ledger.listAccounts(id)).toHaveLength(20)
  }, 60_000)
})
