import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { documented } from '../../../test/support/documented-api.ts'
import { addRoutes, createServer } from './app.ts'
import { Refusal, Unavailable } from './errors.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { TransferAnswer } from './ledger/transfers.ts'
import { loggerOptions } from './logging.ts'
import { createReadiness, type Readiness } from './readiness.ts'
import type { Api } from './routes/types.ts'
import { hashPassword } from './sessions/password.ts'
import { memorySecurity, noThrottle } from './testing/memory-security.ts'
import { memorySessions } from './testing/memory-sessions.ts'
import { testMetrics } from './testing/test-metrics.ts'

const ORIGIN = 'https://dwaybank.localhost'
const ADA = {
  id: '11111111-0000-4000-8000-000000000001',
  email: 'ada@example.org',
  name: 'Ada',
  role: 'customer' as const,
}
const PASSWORD = 'correct horse battery'

/** A ledger with one customer; whatever a test doesn't replace fails as a bug would. */
function oneCustomer(passwordHash: string): Ledger {
  const bug = async () => {
    throw new Error('select password from nowhere')
  }
  return {
    register: bug,
    findCustomer: async (id) => (id === ADA.id ? ADA : undefined),
    findLogin: async (email) => (email === ADA.email ? { customer: ADA, passwordHash } : undefined),
    listAccounts: bug,
    openAccount: bug,
    transfer: bug,
    previewTransfer: bug,
    reverseTransfer: bug,
    findTransfer: bug,
    findAccount: bug,
    listEntries: bug,
    openStatement: bug,
    searchCustomers: bug,
    findAccountOwner: bug,
    findBookedTransfer: bug,
    searchTransfers: bug,
    check: bug,
  }
}

let api: Api
let ledger: Ledger
let readiness: Readiness
let log: string
let hash: string

beforeEach(async () => {
  log = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString()
      done()
    },
  })
  hash = await hashPassword(PASSWORD)
  ledger = oneCustomer(hash)
  readiness = createReadiness({ postgres: async () => undefined })
  api = await addRoutes(documented(createServer({ ...loggerOptions('info'), stream })), {
    config: {
      publicOrigins: new Set([ORIGIN]),
      session: { idleSeconds: 60, absoluteSeconds: 3600 },
    },
    ledger,
    sessions: memorySessions(),
    throttle: noThrottle,
    security: memorySecurity({ customer: ADA, passwordHash: hash }),
    readiness,
    metrics: testMetrics({ pool: { totalCount: 3, idleCount: 1, waitingCount: 2 } }),
  })
})
afterEach(() => api.close())

const post = (url: string, payload?: object, headers: Record<string, string> = {}) =>
  api.inject({ method: 'POST', url, headers: { origin: ORIGIN, ...headers }, ...(payload && { payload }) })

async function logIn(cookie = ''): Promise<string> {
  const answer = await post('/api/login', { email: ADA.email, password: PASSWORD }, { cookie })
  const set = answer.cookies[0]
  return `${set?.name}=${set?.value}`
}

/** The samples of a scrape whose names begin so. */
const samples = async (name: string) =>
  (await api.inject({ url: '/metrics' })).body.split('\n').filter((line) => line.startsWith(name))

describe('sessions', () => {
  it('come in a cookie that no script and no other site can use', async () => {
    const answer = await post('/api/login', { email: ADA.email, password: PASSWORD })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({ customer: ADA })
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-session=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
  })

  it('get a new id at every login, and the old one ends', async () => {
    const before = await logIn()
    const after = await logIn(before)
    expect(after).not.toBe(before)
    const me = (cookie: string) => api.inject({ url: '/api/me', headers: { cookie } })
    expect((await me(before)).statusCode).toBe(401)
    expect((await me(after)).json()).toEqual({ customer: ADA })
  })

  it('end at logout', async () => {
    const cookie = await logIn()
    const answer = await post('/api/logout', undefined, { cookie })
    expect(answer.statusCode).toBe(204)
    expect(answer.cookies[0]).toMatchObject({ name: '__Host-session', value: '', maxAge: 0 })
    expect((await api.inject({ url: '/api/me', headers: { cookie } })).statusCode).toBe(401)
  })

  it('are not opened by a wrong password, and the answer does not say what was wrong', async () => {
    const wrong = await post('/api/login', { email: ADA.email, password: 'wrong' })
    const unknown = await post('/api/login', { email: 'eve@example.org', password: 'wrong' })
    expect(wrong.statusCode).toBe(401)
    expect(wrong.cookies).toEqual([])
    const { requestId: _, ...said } = wrong.json<{ requestId: string }>()
    expect(unknown.json()).toMatchObject(said)
  })
})

describe('the origin check', () => {
  it('refuses a change that another site asks for', async () => {
    const answer = await post('/api/logout', undefined, { origin: 'https://evil.example' })
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'origin_not_allowed' })
  })

  it('refuses a browser that hides where it comes from', async () => {
    const answer = await api.inject({
      method: 'POST',
      url: '/api/logout',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.statusCode).toBe(403)
  })

  it('lets pass what is no browser', async () => {
    expect((await api.inject({ method: 'POST', url: '/api/logout' })).statusCode).toBe(204)
  })
})

describe('answers', () => {
  it('name the field that is wrong, not its value', async () => {
    const answer = await post('/api/login', { email: 'nobody', password: 'hunter2' })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      detail: 'body email is not in the right form',
      errors: [{ in: 'body', field: 'email', rule: 'is not in the right form' }],
    })
    expect(answer.body).not.toMatch(/nobody|hunter2/)
  })

  it('name every field that is wrong, what is missing first', async () => {
    const missing = await post('/api/login', { email: 'nobody' })
    expect(missing.json<{ errors: object[] }>().errors).toEqual([
      { in: 'body', field: 'password', rule: 'is missing' },
      { in: 'body', field: 'email', rule: 'is not in the right form' },
    ])
    const several = await post('/api/login', { email: 'nobody', password: '', admin: true })
    expect(several.json<{ errors: object[] }>().errors).toEqual([
      { in: 'body', field: 'admin', rule: 'is not a known field' },
      { in: 'body', field: 'email', rule: 'is not in the right form' },
      { in: 'body', field: 'password', rule: 'must not have fewer than 1 characters' },
    ])
  })

  it('tell nothing of a failure of ours, while the log tells everything', async () => {
    const answer = await api.inject({ url: '/api/accounts', headers: { cookie: await logIn() } })
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toEqual({
      type: '/api/problems/internal',
      title: 'Internal',
      status: 500,
      detail: 'Something went wrong on our side',
      code: 'internal',
      requestId: answer.headers['x-request-id'],
      error: { code: 'internal', message: 'Something went wrong on our side' },
    })
    expect(log).toContain('select password from nowhere')
  })

  it('leave what a customer searches for out of the log', async () => {
    await api.inject({
      url: `/api/accounts/${ADA.id}/entries?q=Secret+Santa`,
      headers: { cookie: await logIn() },
    })
    expect(log).toContain(`"url":"/api/accounts/${ADA.id}/entries"`)
    expect(log).not.toContain('Santa')
  })

  it('say when to come back while a server is gone', async () => {
    ledger.listAccounts = async () => {
      throw new Unavailable('postgres', { cause: new Error('connect ECONNREFUSED') })
    }
    const answer = await api.inject({ url: '/api/accounts', headers: { cookie: await logIn() } })
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('2')
    expect(answer.json()).toMatchObject({ code: 'unavailable', retryAfter: 2 })
    expect(answer.body).not.toContain('postgres')
    expect(log).toContain('ECONNREFUSED')
  })

  it('say the same of an account that is busy, and the log does not blame a server', async () => {
    ledger.listAccounts = async () => {
      throw new Unavailable('account')
    }
    const answer = await api.inject({ url: '/api/accounts', headers: { cookie: await logIn() } })
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('2')
    expect(log).toContain('an account was busy')
    expect(log).not.toContain('postgres')
  })

  it('have one shape, for paths that do not exist too', async () => {
    const answer = await api.inject({ url: '/api/nothing' })
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ code: 'not_found' })
  })

  it('say what an address takes that was asked with another method', async () => {
    const answer = await api.inject({ method: 'DELETE', url: '/api/accounts?limit=1' })
    expect(answer.statusCode).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD, POST')
    expect(answer.json()).toMatchObject({ code: 'method_not_allowed' })
  })

  it('carry the id that the proxy gave, unless it is malformed', async () => {
    const ask = async (id: string) =>
      (await api.inject({ url: '/healthz', headers: { 'x-request-id': id } })).headers['x-request-id']
    expect(await ask('proxy-0123456789')).toBe('proxy-0123456789')
    expect(await ask('"injected"')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('carry it in their problem document too', async () => {
    const answer = await api.inject({ url: '/api/me', headers: { 'x-request-id': 'proxy-0123456789' } })
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.json()).toMatchObject({ code: 'unauthenticated', requestId: 'proxy-0123456789' })
  })

  it.each([
    ['not JSON', '{"password":hunter2}'],
    ['a prototype', '{"email":"ada@example.org","__proto__":{"admin":true}}'],
    ['deep nesting', `{"email":${'['.repeat(11)}${']'.repeat(11)}}`],
    ['nothing', ''],
  ])('refuse %s as a body without repeating it', async (_what, payload) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await api.inject({ method: 'POST', url: '/api/login', headers, payload })
    expect(answer.json()).toMatchObject({ status: 400, detail: 'The request cannot be read' })
  })

  it.each([
    [
      'a body beyond 16 kB',
      413,
      { method: 'POST', url: '/api/login', payload: { email: 'x'.repeat(17_000) } },
    ],
    ['an address beyond 2048 characters', 414, { url: `/api/me?${'x'.repeat(2048)}` }],
    ['an id beyond any id', 414, { url: `/api/accounts/${'1'.repeat(101)}/entries` }],
    ['an address that cannot be decoded', 400, { url: '/api/accounts/%zz/entries' }],
  ] as const)('refuse %s with a problem document', async (_what, status, question) => {
    const answer = await api.inject({ ...question, headers: { 'x-request-id': 'proxy-0123456789' } })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['x-request-id']).toBe('proxy-0123456789')
    expect(answer.json()).toMatchObject({ status, requestId: 'proxy-0123456789' })
  })

  it('explain every type of problem at its own address, as JSON or as a page', async () => {
    const { type } = (await api.inject({ url: '/api/me' })).json<{ type: string }>()
    const explained = await api.inject({ url: type })
    expect(explained.json()).toMatchObject({ type, status: 401, code: 'unauthenticated' })
    const page = await api.inject({ url: type, headers: { accept: 'text/html,*/*;q=0.8' } })
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('<h1>Unauthenticated</h1>')
    expect((await api.inject({ url: '/api/problems/no-such-type' })).statusCode).toBe(404)
  })

  it('come for JSON alone', async () => {
    const answer = await api.inject({
      method: 'POST',
      url: '/api/login',
      headers: { 'content-type': 'text/plain', origin: ORIGIN },
      payload: '{}',
    })
    expect(answer.statusCode).toBe(415)
  })
})

describe('transfers', () => {
  const transfer = {
    fromAccountId: '22222222-0000-4000-8000-000000000001',
    toAccountNumber: '1234567889',
    amount: 100,
    reference: '',
  }

  it('need an Idempotency-Key', async () => {
    const answer = await post('/api/transfers', transfer, { cookie: await logIn() })
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toContain('idempotency-key')
  })

  it('are of whole minor units, written as a number', async () => {
    const headers = { cookie: await logIn(), 'idempotency-key': 'k1' }
    for (const amount of [0, -1, 1.5, '100', null]) {
      expect((await post('/api/transfers', { ...transfer, amount }, headers)).statusCode).toBe(400)
    }
  })

  it('say when an answer is given again', async () => {
    ledger.transfer = async () => ({
      outcome: { refusal: { code: 'insufficient_funds', message: 'Not covered' } },
      replayed: true,
    })
    const headers = { cookie: await logIn(), 'idempotency-key': 'k1' }
    const answer = await post('/api/transfers', transfer, headers)
    expect(answer.statusCode).toBe(422)
    expect(answer.headers['idempotent-replayed']).toBe('true')
    expect(answer.json()).toMatchObject({ code: 'insufficient_funds', detail: 'Not covered' })
  })
})

describe('the decisions about transfers', () => {
  const transfer = {
    id: '33333333-0000-4000-8000-000000000001',
    ...{ amount: 100, currency: 'EUR', reference: '', createdAt: '2026-01-01T00:00:00.000Z' },
    ...{ from: { number: '1234567889' }, to: { number: '0000000195' } },
  }
  const refusal = { code: 'insufficient_funds' as const, message: 'Not covered' }
  const decisions: [string, () => Promise<TransferAnswer>][] = [
    ['booked', async () => ({ outcome: { transfer }, replayed: false })],
    ['refused', async () => ({ outcome: { refusal }, replayed: false })],
    ['refused', () => Promise.reject(new Refusal('balance_limit', 'Too much'))],
    ['replayed', async () => ({ outcome: { transfer }, replayed: true })],
    ['replayed', async () => ({ outcome: { refusal }, replayed: true })],
    ['not', () => Promise.reject(new Unavailable('account'))],
  ]

  it.each(decisions)('are counted, reversals too: %s', async (outcome, decide) => {
    ledger.findCustomer = async () => ({ ...ADA, role: 'operator' })
    ledger.findLogin = async () => ({ customer: { ...ADA, role: 'operator' }, passwordHash: hash })
    ledger.transfer = decide
    ledger.reverseTransfer = decide
    const headers = { cookie: await logIn(), 'idempotency-key': 'k1' }
    const wanted = { fromAccountId: ADA.id, toAccountNumber: '0000000195', amount: 100, reference: '' }
    await post('/api/transfers', wanted, headers)
    await post(`/api/transfers/${transfer.id}/reversal`, { reason: 'Mistake' }, headers)
    expect(await samples('dwaybank_transfers_total')).toEqual(
      ['booked', 'refused', 'replayed'].map(
        (one) => `dwaybank_transfers_total{outcome="${one}"} ${one === outcome ? 2 : 0}`,
      ),
    )
  })
})

describe('a reversal', () => {
  const url = '/api/transfers/33333333-0000-4000-8000-000000000001/reversal'

  it('is for operators alone', async () => {
    const headers = { cookie: await logIn(), 'idempotency-key': 'k1' }
    const answer = await post(url, { reason: 'Mistake' }, headers)
    expect(answer.statusCode).toBe(403)
    expect(answer.body).toContain('not_allowed')
  })

  it('needs an Idempotency-Key and a reason', async () => {
    ledger.findCustomer = async () => ({ ...ADA, role: 'operator' })
    const cookie = await logIn()
    expect((await post(url, { reason: 'Mistake' }, { cookie })).statusCode).toBe(400)
    const headers = { cookie, 'idempotency-key': 'k1' }
    expect((await post(url, { reason: '' }, headers)).statusCode).toBe(400)
  })
})

describe('operations', () => {
  it('keep liveness apart from readiness', async () => {
    readiness.drain()
    expect((await api.inject({ url: '/healthz' })).statusCode).toBe(200)
    const ready = await api.inject({ url: '/readyz' })
    expect(ready.statusCode).toBe(503)
    expect(ready.json()).toEqual({ status: 'not ready', checks: { process: 'draining' } })
    expect(ready.headers.connection).toBe('close')
  })

  it('count requests by route, not by path, and show the pool', async () => {
    await api.inject({ url: '/api/accounts/22222222-0000-4000-8000-000000000001/entries' })
    const { body } = await api.inject({ url: '/metrics' })
    expect(body).toContain(
      'http_requests_total{method="GET",route="/api/accounts/:id/entries",status="401"} 1',
    )
    expect(body).toContain('pg_pool_in_use 2')
    expect(body).toContain('pg_pool_waiting 2')
    expect(body).toContain('nodejs_eventloop_lag_p99_seconds')
  })

  it.each(['/healthz', '/readyz', '/metrics'])('are not counted themselves: %s', async (url) => {
    for (const method of ['GET', 'HEAD'] as const) await api.inject({ method, url })
    expect(await samples('http_request')).toEqual(
      ['failed', 'served'].map((outcome) => `http_requests_by_outcome_total{outcome="${outcome}"} 0`),
    )
  })

  it('make no labels of methods and paths that do not exist', async () => {
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE'] as unknown as 'GET'[]) {
      for (const url of ['/api/me', '/api/nothing', `/${method}`]) await api.inject({ method, url })
    }
    await api.inject({ url: '/api/nothing' })
    const labels = (await samples('http_requests_total')).map((line) => line.replace(/,status=.*/, ''))
    expect(new Set(labels)).toEqual(
      new Set([
        'http_requests_total{method="other",route="none"',
        'http_requests_total{method="GET",route="none"',
      ]),
    )
  })
})

describe('the log', () => {
  it('never holds a password, a cookie or an authorization', async () => {
    api.log.info({
      password: 'p1',
      body: { password: 'p2' },
      req: { headers: { cookie: 'p3', authorization: 'p4' } },
      res: { headers: { 'set-cookie': 'p5' } },
    })
    expect(log).toContain('[redacted]')
    expect(log).not.toMatch(/p[1-5]"/)
  })
})
