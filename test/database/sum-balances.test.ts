import { afterAll, expect, it } from 'vitest'
import { createPool } from '../../services/api/src/db/pool.ts'
import { Unavailable } from '../../services/api/src/errors.ts'
import { sumBalances } from '../../services/api/src/ledger/sum-balances.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { LedgerDatabase } from '../support/ledger-database.ts'

const database = await freshDatabase('sums')
const books = new LedgerDatabase(database)
const pool = createPool(database.as('dwaybank_api'), { warn: () => undefined })
afterAll(() => Promise.all([books.close(), pool.end()]))

const ann = await books.party({ balance: 1000 })
const bob = await books.party({ balance: 500 })

/** Changes a balance behind the books, with every trigger off. */
const plant = (amount: number) =>
  books.attempt(
    'dwaybank',
    'set local session_replication_role = replica',
    `update accounts set balance = balance + ${amount} where id = '${ann.account.id}'`,
  )

it('all balances of a currency sum to zero, and to what was changed behind the books', async () => {
  await books.transfer({ from: ann, to: bob, amount: 300 })
  expect(await sumBalances(pool)).toEqual(new Map([['EUR', 0]]))
  expect(await plant(7)).toEqual({})
  expect(await sumBalances(pool)).toEqual(new Map([['EUR', 7]]))
  expect(await plant(-7)).toEqual({})
  expect(await sumBalances(pool)).toEqual(new Map([['EUR', 0]]))
})

it("is given up after a second, and the limit is no other statement's", async () => {
  const other = await books.pool('dwaybank').connect()
  try {
    await other.query('begin')
    await other.query('lock table accounts in access exclusive mode')
    const started = performance.now()
    const error: unknown = await sumBalances(pool).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Unavailable)
    expect(error).toMatchObject({ dependency: 'postgres', cause: { code: '57014' } })
    expect(performance.now() - started).toBeLessThan(2000)
    await other.query('rollback')
  } finally {
    other.release(true)
  }
  await sumBalances(pool)
  expect((await pool.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '5s' }])
})
