import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { documented } from '../../../../test/support/documented-api.ts'
import { addRoutes, createServer } from '../app.ts'
import type { LedgerCheck } from '../ledger/audit.ts'
import type { Customer } from '../ledger/customers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { BookedTransfer } from '../ledger/transfer-search.ts'
import { createReadiness } from '../readiness.ts'
import type { NewEvent } from '../security/events.ts'
import type { OperatorAction } from '../security/operator-actions.ts'
import { memorySecurity, noThrottle } from '../testing/memory-security.ts'
import { memorySessions } from '../testing/memory-sessions.ts'
import { testMetrics } from '../testing/test-metrics.ts'
import type { Api } from './types.ts'

const ID = '33333333-0000-4000-8000-000000000001'
const OPAL: Customer = {
  ...{ id: '11111111-0000-4000-8000-000000000009', email: 'opal@example.org' },
  ...{ name: 'Opal', role: 'operator' },
}
const ADA: Customer = { ...OPAL, id: ID, email: 'ada@example.org', name: 'Ada', role: 'customer' }
const ACCOUNT = { id: ID, number: '1234567889', name: 'Current account', currency: 'EUR', balance: 100 }
const TRANSFER = {
  ...{ id: ID, amount: 100, currency: 'EUR', reference: 'Rent', createdAt: '2026-01-01T00:00:00.000Z' },
  from: { number: ACCOUNT.number, name: 'Ada', customerId: ID },
  to: { number: '0000000195', name: 'DwayBank', customerId: null },
}
const CHECK: LedgerCheck = {
  checkedAt: '2026-01-01T00:00:00.000Z',
  ...{ accounts: 1, entries: 2, transfers: 1 },
  checks: [
    { name: 'chain', verdict: 'failed', findings: 1, examples: [{ account: ACCOUNT.number, sequence: 1 }] },
  ],
}

let api: Api
let cookie: string
let customerCookie: string
let cookieOf: (customer: Customer) => Promise<string>
let actions: OperatorAction[]
let events: NewEvent[]
let asked: unknown[]
let booked: BookedTransfer

beforeEach(async () => {
  booked = TRANSFER
  actions = []
  events = []
  asked = []
  const answer =
    <Answer>(value: Answer) =>
    async (question?: unknown) => {
      asked.push(question)
      return value
    }
  const ledger = {
    findCustomer: async (id: string) => [OPAL, ADA].find((one) => one.id === id),
    listAccounts: async () => [ACCOUNT],
    searchCustomers: answer({ customers: [ADA], nextCursor: ID }),
    findAccountOwner: async () => ADA.id,
    listEntries: answer({ entries: [], nextCursor: null, searchedTo: null }),
    searchTransfers: answer({ transfers: [TRANSFER], nextCursor: null, searchedTo: null }),
    findBookedTransfer: async (id: string) => {
      asked.push(id)
      return booked
    },
    findTransfer: async () => {
      const { from, to, ...rest } = booked
      return { ...rest, from: { number: from.number }, to: { number: to.number } }
    },
    check: answer(CHECK),
  } as Partial<Ledger> as Ledger
  const sessions = memorySessions()
  api = documented(createServer(false))
  await addRoutes(api, {
    config: { publicOrigins: new Set(), session: { idleSeconds: 60, absoluteSeconds: 3600 } },
    ...{ ledger, sessions, throttle: noThrottle, readiness: createReadiness({}), metrics: testMetrics() },
    security: memorySecurity({ customer: OPAL, passwordHash: '' }, events, actions),
  })
  cookieOf = async ({ id: customerId, role }: Customer) =>
    `__Host-session=${await sessions.open({ customerId, role, device: '', address: '' })}`
  cookie = await cookieOf(OPAL)
  customerCookie = await cookieOf(ADA)
})
afterEach(() => api.close())

const ask = (url: string, as: string | undefined, method: 'GET' | 'POST' = 'GET') =>
  api.inject({ method, url, headers: { ...(as !== undefined && { cookie: as }) } })

const ROUTES: ['GET' | 'POST', string][] = [
  ['GET', '/api/operator/customers?q=ada'],
  ['GET', `/api/operator/customers/${ID}`],
  ['GET', `/api/operator/accounts/${ID}/entries`],
  ['GET', '/api/operator/transfers?q=rent'],
  ['GET', `/api/operator/transfers/${ID}`],
  ['POST', '/api/operator/ledger-check'],
]

describe.each(ROUTES)('%s %s', (method, url) => {
  it('is for operators alone', async () => {
    expect((await ask(url, undefined, method)).statusCode).toBe(401)
    const answer = await ask(url, customerCookie, method)
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'not_allowed' })
    expect([asked, actions]).toEqual([[], []])
    await ask(url, customerCookie, method)
    const detail = `${method} ${url.replace(/[?].*/, '').replace(ID, ':id')}`
    expect(events).toMatchObject([{ customerId: ADA.id, kind: 'operator_refused', detail }])
  })

  it('answers an operator', async () => {
    expect((await ask(url, cookie, method)).statusCode).toBe(200)
  })
})

describe('an operator', () => {
  it.each([
    '/api/operator/customers',
    '/api/operator/customers?q=',
    '/api/operator/customers?q=a',
    '/api/operator/customers?q=ada&limit=101',
    '/api/operator/customers?q=ada&cursor=1',
    '/api/operator/customers/ada',
    '/api/operator/accounts/1/entries',
    '/api/operator/transfers',
    `/api/operator/transfers?q=${'x'.repeat(141)}`,
    '/api/operator/transfers/rent',
  ])('is told what is wrong with %s', async (url) => {
    const answer = await ask(url, cookie)
    expect(answer.statusCode).toBe(400)
    expect(asked).toEqual([])
  })

  it('gets what was found', async () => {
    const get = async (url: string) => (await ask(url, cookie)).json<unknown>()
    expect(await get('/api/operator/customers?q=ada&limit=1')).toEqual({ customers: [ADA], nextCursor: ID })
    expect(asked).toEqual([{ q: 'ada', limit: 1 }])
    expect(await get(`/api/operator/customers/${ID}`)).toEqual({ customer: ADA, accounts: [ACCOUNT] })
    expect(await get('/api/operator/transfers/12')).toEqual({ transfer: TRANSFER })
    const answer = await ask('/api/operator/ledger-check', cookie, 'POST')
    expect(answer.json()).toEqual({ check: CHECK })
  })

  it('is told that there is no such customer', async () => {
    const answer = await ask('/api/operator/customers/44444444-0000-4000-8000-000000000001', cookie)
    expect(answer.statusCode).toBe(404)
    expect(actions).toEqual([])
  })

  it("is kept as who read a customer's books, whatever page is asked for, once for each session", async () => {
    await ask(`/api/operator/accounts/${ID}/entries?cursor=x`, cookie)
    await ask(`/api/operator/customers/${ID}`, cookie)
    await ask(`/api/operator/accounts/${ID}/entries`, cookie)
    expect(actions).toMatchObject([{ kind: 'customer_read', operatorId: OPAL.id, customerId: ID }])
    await ask(`/api/operator/customers/${ID}`, await cookieOf(OPAL))
    expect(actions).toHaveLength(2)
  })

  it('is kept as who read a transfer, for each customer in it', async () => {
    await ask(`/api/operator/transfers/${ID}`, cookie)
    expect(actions).toMatchObject([{ kind: 'customer_read', customerId: ID, transferId: TRANSFER.id }])
  })

  it("is kept as who read a transfer where customers read theirs, unless it is the operator's own", async () => {
    expect((await ask(`/api/transfers/${ID}`, customerCookie)).statusCode).toBe(200)
    booked = { ...TRANSFER, to: { ...TRANSFER.to, customerId: OPAL.id } }
    expect((await ask(`/api/transfers/${ID}`, cookie)).statusCode).toBe(200)
    expect(actions).toEqual([])
    booked = TRANSFER
    expect((await ask(`/api/transfers/${ID}`, cookie)).statusCode).toBe(200)
    expect(actions).toMatchObject([
      { kind: 'customer_read', operatorId: OPAL.id, customerId: ID, transferId: TRANSFER.id },
    ])
  })

  it('is kept with what was searched for, whatever page is asked for', async () => {
    await ask('/api/operator/customers?q=ada', cookie)
    await ask(`/api/operator/customers?q=ada&cursor=${ID}`, cookie)
    await ask('/api/operator/transfers?q=rent&cursor=x', cookie)
    await ask('/api/operator/transfers?q=ada', cookie)
    expect(actions).toMatchObject([
      { kind: 'customers_searched', searched: 'ada' },
      { kind: 'transfers_searched', searched: 'rent' },
      { kind: 'transfers_searched', searched: 'ada' },
    ])
  })
})
