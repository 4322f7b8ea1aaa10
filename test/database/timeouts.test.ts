import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { PoolClient } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { createPool, withClient } from '../../services/api/src/db/pool.ts'
import { transaction } from '../../services/api/src/db/transaction.ts'
import { Unavailable } from '../../services/api/src/errors.ts'
import type { TransferAnswer } from '../../services/api/src/ledger/transfers.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { LedgerDatabase, type Party } from '../support/ledger-database.ts'

const database = await freshDatabase('timeouts')
const books = new LedgerDatabase(database)
const pool = createPool(database.as('dwaybank_api'), { warn: () => undefined })
afterAll(() => Promise.all([books.close(), pool.end()]))

const queryCanceled = '57014'
const lockNotAvailable = '55P03'
const idleInTransaction = '25P03'

/** What `work` failed with and after how long; it must fail. */
async function failureOf(work: Promise<unknown>): Promise<{ error: unknown; milliseconds: number }> {
  const started = performance.now()
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  return { error, milliseconds: performance.now() - started }
}

const lockAccount = (client: Pick<PoolClient, 'query'>, { account }: Party) =>
  client.query('select from accounts where id = $1 for no key update', [account.id])

/** Pays over a pool of its own, as the api does. */
const pay = (from: Party, to: Party, key: string): Promise<TransferAnswer> =>
  books.api.transfer({
    ...{ customerId: from.id, idempotencyKey: key, fromAccountId: from.account.id },
    ...{ toAccountNumber: to.account.number, amount: 100, reference: 'Rent' },
  })

async function countOf(statement: string, value: string): Promise<unknown> {
  const [row] = await books.ask('dwaybank', `select count(*) from ${statement}`, [value])
  return row?.['count']
}

const keysCalled = (key: string) => countOf('idempotency_keys where key = $1', key)
const transfersOf = ({ account }: Party) => countOf('transfers where from_account_id = $1', account.id)

describe.concurrent('the server itself', () => {
  it('ends a statement that runs for more than 5 s', async () => {
    const { error, milliseconds } = await failureOf(
      withClient(pool, (client) => client.query('select pg_sleep(60)')),
    )
    expect(error).toBeInstanceOf(Unavailable)
    expect(error).toMatchObject({ dependency: 'postgres', cause: { code: queryCanceled } })
    expect(milliseconds).toBeGreaterThan(4900)
  })

  it('ends a transfer that waits for an account for more than 3 s, of which nothing is left', async () => {
    const [ann, bob] = [await books.party({ balance: 1000 }), await books.party()]
    const key = randomUUID()
    const other = await books.pool('dwaybank').connect()
    try {
      await other.query('begin')
      await lockAccount(other, ann)
      const { error, milliseconds } = await failureOf(pay(ann, bob, key))
      expect(error).toBeInstanceOf(Unavailable)
      expect(error).toMatchObject({ dependency: 'account', cause: { code: lockNotAvailable } })
      expect(milliseconds).toBeGreaterThan(2900)
      expect([await keysCalled(key), await transfersOf(ann)]).toEqual([0, 0])
      await other.query('rollback')
    } finally {
      other.release(true)
    }
    expect(await pay(ann, bob, key)).toMatchObject({
      outcome: { transfer: { amount: 100 } },
      replayed: false,
    })
    expect([await keysCalled(key), await transfersOf(ann)]).toEqual([1, 1])
    expect([await books.balance(ann), await books.balance(bob)]).toEqual([900, 100])
  })

  it('ends a transaction that is idle for more than 10 s, and its locks', async () => {
    const [ann, bob] = [await books.party({ balance: 1000 }), await books.party()]
    let lost: unknown
    const { error, milliseconds } = await failureOf(
      transaction(pool, async (client) => {
        await lockAccount(client, ann)
        const wanted = `select from accounts where id = '${ann.account.id}' for no key update nowait`
        expect(await books.attempt('dwaybank_api', wanted)).toMatchObject({ code: lockNotAvailable })
        ;[lost] = (await once(client, 'error')) as unknown[]
      }),
    )
    expect(lost).toMatchObject({ code: idleInTransaction })
    expect(error).toBeInstanceOf(Unavailable)
    expect(milliseconds).toBeGreaterThan(9900)
    expect(await pay(ann, bob, randomUUID())).toMatchObject({ outcome: { transfer: { amount: 100 } } })
    // The connection that was lost is lent to nobody.
    const { rows } = await withClient(pool, (client) => client.query<{ one: number }>('select 1 as one'))
    expect(rows).toEqual([{ one: 1 }])
  })
})
