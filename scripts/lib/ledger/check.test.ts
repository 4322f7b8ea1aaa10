import { expect, it } from 'vitest'
import { audit } from './check.ts'

const none = { count: 0, rows: [] }
const sound = {
  totals: { count: 1, rows: [{ currency: 'EUR', balances: '0', posted: '0', entries: 2, accounts: 2 }] },
  transfers: { count: 1, rows: [{ transfers: 1 }] },
  ...{ balances: none, strays: none, unbalanced: none, reversals: none, links: none },
}

/** The books as psql would print them. */
const printed = (parts: Record<string, object>) => async () =>
  Object.entries(parts)
    .map(([kind, part]) => JSON.stringify({ kind, ...part }))
    .join('\n')

it('books that are sound need no remedy', async () => {
  const { checks } = await audit(printed(sound))
  expect(checks.map(({ verdict, remedy }) => [verdict, remedy])).toEqual(
    checks.map(() => ['passed', undefined]),
  )
})

it('every check that fails says what to do, and amounts say their unit', async () => {
  const books = printed({
    totals: { count: 1, rows: [{ currency: 'EUR', balances: '5', posted: '0', entries: 1, accounts: 2 }] },
    transfers: { count: 1, rows: [{ transfers: 1 }] },
    balances: { count: 1, rows: [{ account: '2', balance: 5, total: '4', last: 1, what: 'sum' }] },
    strays: none,
    unbalanced: {
      count: 1,
      rows: [{ transfer_id: 't', journalled: true, postings: 1, unpaid: '2', unreceived: null }],
    },
    reversals: none,
    links: {
      count: 1,
      rows: [{ id: 1, account: '2', sequence: 1, before_id: null, before_sequence: null, what: 'changed' }],
    },
    since: { count: 1, rows: [{ account: '2', sequence: 1, missing: false }] },
  })
  const since = { savedAt: '2026-01-01T00:00:00.000Z', totals: [], transfers: 1, heads: [] }
  const { checks } = await audit(books, { since })
  expect(checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'totals failed',
    'transfers failed',
    'balances failed',
    'chain failed',
    'since failed',
  ])
  for (const { remedy } of checks)
    expect(remedy).toMatch(/Mend nothing by hand: README\.md, "The ledger check fails"$/)
  expect(checks[0]?.evidence).toBe('EUR: entries sum to 0 minor units, accounts hold 5')
  expect(checks[2]?.evidence).toBe('account 2 states 5 minor units, but its entries sum to 4')
})
