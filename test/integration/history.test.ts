import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, newCustomer, type Account, type EntryPage } from '../support/visitor.ts'

const ann = await newCustomer()
const bob = await newCustomer()
const today = () => new Date().toISOString().slice(0, 10)

const history = (accountId: string, query: string, { visitor } = ann) =>
  visitor.ask(`/accounts/${accountId}/entries${query}`)

async function references(query: string): Promise<string[]> {
  const page = bodyOf<EntryPage>(await history(ann.account.id, query), 200)
  return page.entries.map(({ reference }) => reference)
}

beforeAll(async () => {
  for (const [amount, reference] of [
    [1000, 'First rent'],
    [2000, 'Second RENT'],
    [3000, 'Lunch'],
  ] as const) {
    const body = { fromAccountId: ann.account.id, toAccountNumber: bob.account.number, amount, reference }
    expect((await ann.visitor.transfer(body)).status).toBe(201)
  }
})

describe('the history of an account', () => {
  it.each([
    ['?q=rent', ['Second RENT', 'First rent']],
    ['?q=TESS', ['Lunch', 'Second RENT', 'First rent']],
    ['?direction=in', ['Welcome to DwayBank']],
    ['?minAmount=2000&maxAmount=3000', ['Lunch', 'Second RENT']],
    ['?q=rent&maxAmount=1000&direction=out', ['First rent']],
    ['?to=2020-01-01', []],
  ])('lists with %s', async (query, expected) => {
    expect(await references(query)).toEqual(expected)
  })

  it("lists by the other side's number and by day", async () => {
    expect(await references(`?q=${bob.account.number}`)).toHaveLength(3)
    // Yesterday too, since midnight may come meanwhile.
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    expect(await references(`?from=${yesterday}&to=${today()}`)).toHaveLength(4)
  })

  it('goes on with a cursor under the same filter alone', async () => {
    const first = bodyOf<EntryPage>(await history(ann.account.id, '?q=rent&limit=1'), 200)
    expect(first.entries.map(({ reference }) => reference)).toEqual(['Second RENT'])
    const cursor = first.nextCursor ?? ''
    expect(await references(`?q=rent&limit=1&cursor=${cursor}`)).toEqual(['First rent'])
    expect((await history(ann.account.id, `?q=lunch&cursor=${cursor}`)).status).toBe(400)
    expect((await history(bob.account.id, `?q=rent&cursor=${cursor}`, bob)).status).toBe(400)
  })

  it.each([
    '?from=2026-02-02&to=2026-02-01',
    '?from=2026-02-30',
    '?from=yesterday',
    '?minAmount=2&maxAmount=1',
    '?minAmount=0',
    '?direction=sideways',
    '?q=',
    '?cursor=zzz',
    '?limit=1000',
    '?order=asc',
  ])('is refused with %s', async (query) => {
    expect((await history(ann.account.id, query)).status).toBe(400)
  })
})

describe('an account', () => {
  it('is read by itself, by its owner alone', async () => {
    const path = `/accounts/${ann.account.id}`
    const { account } = bodyOf<{ account: Account }>(await ann.visitor.ask(path), 200)
    expect(account).toMatchObject({ number: ann.account.number, balance: 94_000 })
    for (const wanted of [
      path,
      `${path}/entries`,
      `${path}/statement?from=2026-01-01&to=2026-01-31&format=csv`,
    ]) {
      expect((await bob.visitor.ask(wanted)).status).toBe(404)
    }
    expect((await ann.visitor.ask(`/accounts/${randomUUID()}`)).status).toBe(404)
  })

  it('is opened until there are 20, also by requests at the same time', async () => {
    const { visitor } = await newCustomer()
    const openings = Array.from({ length: 25 }, () => visitor.post('/accounts', { name: 'One more' }))
    const statuses = (await Promise.all(openings)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(19)
    expect(statuses.filter((status) => status === 422)).toHaveLength(6)
    expect(await visitor.accounts()).toHaveLength(20)
  })
})
