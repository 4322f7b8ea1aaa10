import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool } from '../../services/api/src/db/pool.ts'
import { createLedgerCheck } from '../../services/api/src/ledger/audit.ts'
import { CUSTOMER_SEARCH } from '../../services/api/src/ledger/customer-search.ts'
import { TRANSFER_SEARCH } from '../../services/api/src/ledger/transfer-search.ts'
import { recordOperatorAction } from '../../services/api/src/security/operator-actions.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { LedgerDatabase, type Party, SOURCE } from '../support/ledger-database.ts'
import type { Database } from '../support/scratch-postgres.ts'

let database: Database
let books: LedgerDatabase
let ada: Party
let bob: Party
let operator: Party

const named = async (name: string, email: string, role?: 'operator') => {
  const party = await books.party({ balance: 1000, ...(role && { role }) })
  await books.ask('dwaybank_owner', 'update customers set name = $2, email = $3 where id = $1', [
    ...[party.id, name, email],
  ])
  return party
}

beforeAll(async () => {
  database = await freshDatabase('operator')
  books = new LedgerDatabase(database)
  ada = await named('Ada Müller-Byron', 'ada.king@example.org')
  bob = await named("Bob O'Connor", 'bob+bank@example.org')
  operator = await named('Opal Operator', 'opal@example.com', 'operator')
})
afterAll(() => books.close())

/** Moves money and returns the id of the transfer. */
async function pay(reference: string): Promise<string> {
  const { outcome } = await books.transfer({ from: ada, to: bob, amount: 10, reference })
  return 'transfer' in outcome ? outcome.transfer.id : expect.fail(JSON.stringify(outcome))
}

describe('a search for customers', () => {
  const find = async (q: string) =>
    (await books.api.searchCustomers({ q, limit: 10, after: undefined })).customers.map(({ name }) => name)

  it('finds by the beginnings of words of name and e-mail address, by number and by id', async () => {
    const [number, grouped] = [ada.account.number, ada.account.number.replace(/(\d{4})(?=\d)/g, '$1 ')]
    for (const q of [
      'ada',
      'ADA',
      'müll',
      'byr ada',
      'king',
      'ada.king@example.org',
      number,
      grouped,
      ada.id,
    ])
      expect(await find(q), q).toEqual(['Ada Müller-Byron'])
    for (const q of ["o'conn", 'bob+bank', 'bank@example']) expect(await find(q), q).toEqual(["Bob O'Connor"])
  })

  it('finds nobody by the middle of a word, by what is no word, or by the syntax of a query', async () => {
    for (const q of ['üller', '!', "' | zz:*", '%', 'ada | zzz', '0000000195', randomUUID()])
      expect(await find(q), q).toEqual([])
  })

  it.each([
    ['Özgür Öztürk', ['öztürk', 'ÖZTÜRK', 'Özg']],
    ['Ian St.John', ['john', 'st.john', 'St. John']],
    ['Nora O’Connolly', ['connolly', 'o’connolly', "O'Connolly"]],
  ])('finds %s, whatever stands between the words and however they are lowered', async (name, asked) => {
    await named(name, `${randomUUID()}@elsewhere.net`)
    for (const q of asked) expect(await find(q), q).toEqual([name])
  })

  it('finds nobody by a single letter, and refuses a cursor that is no customer', async () => {
    expect(await find('a')).toEqual([])
    const search = books.api.searchCustomers({ q: 'example', limit: 2, after: randomUUID() })
    await expect(search).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('goes on after each page', async () => {
    const first = await books.api.searchCustomers({ q: 'example', limit: 2, after: undefined })
    expect(first.customers.map(({ name }) => name)).toEqual(['Ada Müller-Byron', "Bob O'Connor"])
    const second = await books.api.searchCustomers({
      ...{ q: 'example', limit: 2 },
      after: first.nextCursor ?? undefined,
    })
    expect(second).toMatchObject({ customers: [{ name: 'Opal Operator' }], nextCursor: null })
  })
})

describe('a search for transfers', () => {
  it('finds by a part of the reference, newest first, page after page, with whose the accounts are', async () => {
    const ids = [await pay('Rent for May'), await pay('Lunch'), await pay('rent for June'), await pay('RENT')]
    const first = await books.api.searchTransfers({ q: 'rent', limit: 2, cursor: undefined })
    expect(first.transfers.map(({ id }) => id)).toEqual([ids[3], ids[2]])
    const second = await books.api.searchTransfers({
      ...{ q: 'rent', limit: 2 },
      cursor: first.nextCursor ?? '',
    })
    expect(second).toMatchObject({
      transfers: [
        {
          id: ids[0],
          from: { number: ada.account.number, name: 'Ada Müller-Byron', customerId: ada.id },
          to: { number: bob.account.number, name: "Bob O'Connor", customerId: bob.id },
        },
      ],
      ...{ nextCursor: null, searchedTo: null },
    })
    const welcome = await books.api.searchTransfers({ q: 'from the bank', limit: 1, cursor: undefined })
    expect(welcome.transfers[0]?.from).toEqual({ number: '0000000195', name: 'DwayBank', customerId: null })
  })

  it('finds one by its id and by those of its entries', async () => {
    const id = await pay('By id')
    const entries = await books.ask('dwaybank', 'select id from entries where transfer_id = $1', [id])
    for (const known of [id, ...entries.map((entry) => String(entry['id']))])
      expect(await books.api.findBookedTransfer(known)).toMatchObject({ id, reference: 'By id' })
    for (const unknown of [randomUUID(), '999999999999999'])
      await expect(books.api.findBookedTransfer(unknown)).rejects.toMatchObject({ code: 'unknown_transfer' })
  })

  it('refuses a cursor that it did not give', async () => {
    const { nextCursor } = await books.api.searchTransfers({ q: 'rent', limit: 1, cursor: undefined })
    expect(nextCursor).not.toBeNull()
    for (const [q, cursor] of [
      ['rent', 'ZXZlbnQ6MQ'],
      ['lunch', nextCursor ?? ''],
    ] as const)
      await expect(books.api.searchTransfers({ q, limit: 2, cursor })).rejects.toMatchObject({
        code: 'invalid_request',
      })
  })
})

describe('what an operator does', () => {
  const actions = () => books.ask('dwaybank', 'select * from operator_actions order by id')

  it('is kept with a reversal, once, and with none that was refused', async () => {
    const before = (await actions()).length
    const reversal = {
      ...{ operatorId: operator.id, idempotencyKey: randomUUID(), transferId: await pay('Wrong') },
      ...{ reason: 'Paid by mistake', source: SOURCE },
    }
    expect(await books.api.reverseTransfer(reversal)).toMatchObject({ replayed: false })
    expect(await books.api.reverseTransfer(reversal)).toMatchObject({ replayed: true })
    const again = await books.api.reverseTransfer({ ...reversal, idempotencyKey: randomUUID() })
    expect(again.outcome).toMatchObject({ refusal: { code: 'already_reversed' } })
    expect((await actions()).slice(before)).toMatchObject([
      {
        ...{ operator_id: operator.id, kind: 'transfer_reversed', transfer_id: reversal.transferId },
        ...{ reason: 'Paid by mistake', address: SOURCE.address, request_id: SOURCE.requestId },
      },
    ])
    const found = await books.api.findBookedTransfer(reversal.transferId)
    expect(found.reversedBy).toBeDefined()
  })

  it("is kept when it reads a customer's books", async () => {
    const by = { operatorId: operator.id, source: SOURCE }
    const transferId = await pay('Read')
    const api = books.pool('dwaybank_api')
    await recordOperatorAction(api, { ...by, kind: 'customer_read', customerId: ada.id })
    await recordOperatorAction(api, { ...by, kind: 'customer_read', customerId: bob.id, transferId })
    await recordOperatorAction(api, { ...by, kind: 'transfers_searched', searched: 'rent' })
    expect((await actions()).slice(-3)).toMatchObject([
      { kind: 'customer_read', customer_id: ada.id, transfer_id: null, searched: '' },
      { kind: 'customer_read', customer_id: bob.id, transfer_id: transferId },
      { kind: 'transfers_searched', customer_id: null, searched: 'rent' },
    ])
  })

  it('is no reversal of what the operator paid or got, and that is the answer of its key', async () => {
    await books.fund(operator, 100)
    const sent = await books.transfer({ from: operator, to: ada, amount: 10 })
    const got = await books.transfer({ from: ada, to: operator, amount: 10 })
    for (const { outcome } of [sent, got]) {
      const transferId = 'transfer' in outcome ? outcome.transfer.id : expect.fail(JSON.stringify(outcome))
      const reversal = {
        ...{ operatorId: operator.id, idempotencyKey: randomUUID(), transferId },
        ...{ reason: 'Mine', source: SOURCE },
      }
      for (const replayed of [false, true])
        expect(await books.api.reverseTransfer(reversal)).toMatchObject({
          ...{ replayed, outcome: { refusal: { code: 'own_transfer' } } },
        })
    }
  })

  it('is neither changed nor removed, nor read by the api', async () => {
    for (const statement of ['update operator_actions set reason = $$x$$', 'delete from operator_actions'])
      expect(await books.attempt('dwaybank_owner', statement)).toEqual({ code: '23001' })
    expect(await books.attempt('dwaybank_owner', 'truncate operator_actions')).toEqual({ code: '23001' })
    expect(await books.attempt('dwaybank_api', 'select from operator_actions')).toEqual({ code: '42501' })
  })

  it('has a subject, and a reason where money moved', async () => {
    const insert = (
      columns: string,
      values: string,
      role: 'dwaybank_api' | 'dwaybank_owner' = 'dwaybank_api',
    ) =>
      books.attempt(
        role,
        `insert into operator_actions (operator_id, address, device, request_id, ${columns})
         values ('${operator.id}', '', '', '', ${values})`,
      )
    const refused = { code: '23514', constraint: 'operator_actions_have_a_subject' }
    expect(await insert('kind', `'customer_read'`)).toEqual(refused)
    expect(await insert('kind', `'customers_searched'`)).toEqual(refused)
    const reversed = `'transfer_reversed', '${await pay('x')}'`
    expect(await insert('kind, transfer_id', reversed, 'dwaybank_owner')).toEqual(refused)
    // Only the function that moves the money back says so.
    expect(await insert('kind, transfer_id, reason', `${reversed}, 'x'`)).toEqual({ code: '42501' })
  })
})

describe('the check of the ledger', () => {
  /** More than it takes to see what a check waits for: the test ends the waiting. */
  const LONG_MS = 60_000

  /** The connections of another pod, which wait as long as the test wants them to. */
  const podsOwn = () => {
    const pool = createPool(database.as('dwaybank_api'), { warn: () => undefined })
    Object.assign(pool.options, { lock_timeout: 0 })
    return pool
  }

  /** Who has or wants a lock, once there is somebody. */
  async function backendWith(lock: string): Promise<unknown> {
    const here = 'database = (select oid from pg_database where datname = current_database())'
    const ask = () => books.ask('dwaybank', `select pid from pg_locks where ${here} and ${lock}`)
    await expect.poll(ask, { timeout: 10_000 }).toHaveLength(1)
    return (await ask())[0]?.['pid']
  }

  it('passes books that are whole, and names what is not', async () => {
    const good = await books.api.check()
    expect(good.checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      ...['totals passed', 'transfers passed', 'balances passed', 'chain passed'],
    ])
    expect(good.entries).toBe(2 * good.transfers)
    await books.ask('dwaybank', 'alter table entries disable trigger user')
    await books.ask(
      'dwaybank',
      'update entries set amount = amount - 1 where account_id = $1 and sequence = 1',
      [ada.account.id],
    )
    const bad = await books.api.check()
    expect(bad.checks.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['totals', 'balances', 'chain']),
    )
    expect(bad.checks.at(-1)?.examples).toContainEqual({ account: ada.account.number, sequence: 1 })
  })

  it('is made once at a time, whichever pod is asked', async () => {
    const [one, other] = [podsOwn(), podsOwn()]
    const blocking = await books.pool('dwaybank').connect()
    await blocking.query('begin; lock table entries in access exclusive mode')
    const first = createLedgerCheck(one, LONG_MS)()
    await backendWith("locktype = 'advisory' and objid = 4201970")
    await expect(createLedgerCheck(other)()).rejects.toMatchObject({ dependency: 'audit' })
    await blocking.query('rollback')
    blocking.release()
    await first
    expect((await createLedgerCheck(other)()).entries).toBeGreaterThan(0)
    await Promise.all([one.end(), other.end()])
  })

  it('fails by what it found before the time was over, and leaves the connection usable', async () => {
    const own = podsOwn()
    const blocking = await books.pool('dwaybank').connect()
    await blocking.query('begin; lock table entries in access exclusive mode')
    const { checks } = await createLedgerCheck(own, 200)()
    await blocking.query('rollback')
    blocking.release()
    expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(['could_not_verify']))
    const late = await books.pool('dwaybank').connect()
    // What the second statement waits for.
    await late.query('begin; lock table transfers in access exclusive mode')
    const checking = createLedgerCheck(own, LONG_MS)()
    // As the end of its time does, but not before the first is done, however slow the machine is.
    const pid = await backendWith("relation = 'transfers'::regclass and not granted")
    await books.ask('dwaybank', 'select pg_cancel_backend($1)', [pid])
    const found = await checking
    await late.query('rollback')
    late.release()
    expect(found.checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      ...['totals failed', 'transfers could_not_verify'],
      ...['balances could_not_verify', 'chain could_not_verify'],
    ])
    const { rows } = await own.query('show transaction_read_only')
    expect(rows).toEqual([{ transaction_read_only: 'off' }])
    await own.end()
  })
})

describe('a larger bank', () => {
  const plan = async (statement: string, values: unknown[]) => {
    const rows = await books.ask('dwaybank', `explain (analyze, format text) ${statement}`, values)
    return rows.map((row) => String(row['QUERY PLAN'])).join('\n')
  }

  beforeAll(async () => {
    await books.ask(
      'dwaybank_owner',
      `insert into customers (email, name, password_hash)
       select 'many.' || n || '@example.org', initcap(md5(n::text)) || ' ' || initcap(md5((-n)::text)), '$argon2id$'
       from generate_series(1, 50000) n`,
    )
    // Without triggers: only how they are found is asked.
    const booked = await books.attempt(
      'dwaybank',
      'set local session_replication_role = replica',
      `with made as (
         insert into transfers (from_account_id, to_account_id, amount, currency, reference)
         select '${ada.account.id}', '${bob.account.id}', 10, 'EUR', 'Many ' || n
         from generate_series(1, 50000) n returning id
       )
       insert into entries (transfer_id, account_id, currency, amount, balance_after, sequence, hash)
       select id, '${ada.account.id}', 'EUR', -10, 0, 100000 + row_number() over (), '' from made`,
    )
    expect(booked).toEqual({})
    for (const table of ['customers', 'transfers', 'entries'])
      await books.ask('dwaybank', `vacuum (analyze) ${table}`)
  }, 120_000)

  it('finds customers without reading all of them', async () => {
    const values = [null, 'ada king', null, 'ada king', null, 26]
    const found = await plan(CUSTOMER_SEARCH, values)
    expect(found).toContain('customers_by_folded_words')
    expect(found).not.toContain('Seq Scan on customers')
  })

  it('answers what finds many within a request', async () => {
    const before = performance.now()
    const { customers } = await books.api.searchCustomers({ q: 'ab', limit: 25, after: undefined })
    expect(customers).toHaveLength(25)
    expect(performance.now() - before).toBeLessThan(2000)
  })

  it('reads a window of entries by their numbers', async () => {
    const found = await plan(TRANSFER_SEARCH, [50_000, 45_000, 'rent', 26])
    expect(found).toContain('entries_pkey')
    expect(found).not.toContain('Seq Scan on transfers')
  })
})
