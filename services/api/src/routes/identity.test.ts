import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { documented } from '../../../../test/support/documented-api.ts'
import { addRoutes, createServer } from '../app.ts'
import { Unavailable } from '../errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { loggerOptions } from '../logging.ts'
import { createReadiness } from '../readiness.ts'
import type { Credentials } from '../security/customer-changes.ts'
import type { NewEvent } from '../security/events.ts'
import { hashPassword } from '../sessions/password.ts'
import { tooManyAttempts, type Attempt, type Throttle } from '../sessions/throttle.ts'
import { memorySecurity, noThrottle } from '../testing/memory-security.ts'
import { memorySessions } from '../testing/memory-sessions.ts'
import { testMetrics } from '../testing/test-metrics.ts'
import type { Api, Services } from './types.ts'

const ORIGIN = 'https://dwaybank.localhost'
const PASSWORD = 'correct horse battery'
const NEW_PASSWORD = 'another horse battery'
const EMAIL = 'ada@example.org'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

let api: Api
let log: string
let login: Credentials
let events: NewEvent[]
let throttle: Throttle
let services: Services
let routes: { method: string; url: string }[]

const notAsked = async () => {
  throw new Error('not part of these tests')
}

beforeEach(async () => {
  log = ''
  routes = []
  events = []
  throttle = { ...noThrottle }
  login = {
    customer: { id: '11111111-0000-4000-8000-000000000001', email: EMAIL, name: 'Ada', role: 'customer' },
    passwordHash: await hashPassword(PASSWORD),
  }
  const ledger = {
    register: notAsked,
    findCustomer: async () => login.customer,
    findLogin: async (email: string) => (email === login.customer.email ? login : undefined),
  } as Partial<Ledger> as Ledger
  services = {
    config: { publicOrigins: new Set([ORIGIN]), session: { idleSeconds: 60, absoluteSeconds: 3600 } },
    ledger,
    sessions: memorySessions(),
    throttle,
    security: memorySecurity(login, events),
    readiness: createReadiness({}),
    metrics: testMetrics(),
  }
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString()
      done()
    },
  })
  api = documented(createServer({ ...loggerOptions('info'), stream }))
  api.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url })
  })
  await addRoutes(api, services)
})
afterEach(() => api.close())

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

const ask = (method: Method, url: string, cookie = '', payload?: object) =>
  api.inject({
    method,
    url,
    headers: { origin: ORIGIN, cookie, 'user-agent': FIREFOX },
    ...(payload && { payload }),
  })

type Answer = Awaited<ReturnType<typeof ask>>

const sessionIn = ({ cookies }: Answer) => `${cookies[0]?.name}=${cookies[0]?.value}`

const logIn = async (password = PASSWORD) =>
  ask('POST', '/api/login', '', { email: login.customer.email, password })

const newSession = async () => sessionIn(await logIn())

const alive = async (cookie: string) => (await ask('GET', '/api/me', cookie)).statusCode === 200

interface Listed {
  sessions: { id: string; device: string; current: boolean }[]
}

const listed = async (cookie: string) => (await ask('GET', '/api/sessions', cookie)).json<Listed>().sessions

describe('sessions', () => {
  it('are listed with device and address, the one that asks marked', async () => {
    const [one] = [await newSession(), await newSession()]
    const sessions = await listed(one)
    expect(sessions).toHaveLength(2)
    expect(sessions.filter(({ current }) => current)).toHaveLength(1)
    for (const session of sessions) {
      expect(session).toMatchObject({ device: 'Firefox on Linux', address: '127.0.0.1' })
      expect(session.id).toMatch(/^[0-9a-f]{16}$/)
    }
  })

  it('are ended one by one', async () => {
    const [one, other] = [await newSession(), await newSession()]
    const id = (await listed(one)).find(({ current }) => !current)?.id ?? ''
    expect((await ask('DELETE', `/api/sessions/${id}`, one)).statusCode).toBe(204)
    expect([await alive(one), await alive(other)]).toEqual([true, false])
    expect((await ask('DELETE', `/api/sessions/${id}`, one)).statusCode).toBe(404)
    expect(events.at(-1)).toMatchObject({ kind: 'session_revoked', detail: id })
  })

  it('take the cookie back when the one that asks is ended', async () => {
    const cookie = await newSession()
    const answer = await ask('DELETE', `/api/sessions/${(await listed(cookie))[0]?.id}`, cookie)
    expect(answer.cookies[0]).toMatchObject({ name: '__Host-session', value: '', maxAge: 0 })
  })

  it('are ended by their own customer alone', async () => {
    const stranger = await services.sessions.open({
      ...{ customerId: 'other', role: 'customer', device: '', address: '' },
    })
    const [session] = await services.sessions.list('other')
    const answer = await ask('DELETE', `/api/sessions/${session?.publicId}`, await newSession())
    expect(answer.statusCode).toBe(404)
    expect(await services.sessions.find(stranger)).toBeDefined()
  })

  it('all end at once, the one that asks too', async () => {
    const [one, other] = [await newSession(), await newSession()]
    const answer = await ask('DELETE', '/api/sessions', one)
    expect(answer.statusCode).toBe(204)
    expect(answer.cookies[0]).toMatchObject({ name: '__Host-session', value: '', maxAge: 0 })
    expect([await alive(one), await alive(other)]).toEqual([false, false])
    expect(events.at(-1)).toMatchObject({ kind: 'logout_everywhere' })
  })
})

describe('a role', () => {
  const role = async (cookie: string) =>
    (await ask('GET', '/api/me', cookie)).json<{ customer: { role: string } }>().customer.role

  it('that is given later needs a new login, and one that is taken away ends at once', async () => {
    const before = await newSession()
    login.customer.role = 'operator'
    expect(await role(before)).toBe('customer')
    const after = await newSession()
    expect(await role(after)).toBe('operator')
    login.customer.role = 'customer'
    expect(await role(after)).toBe('customer')
  })
})

describe('a password', () => {
  const change = (cookie: string, currentPassword: string, newPassword = NEW_PASSWORD) =>
    ask('POST', '/api/password', cookie, { currentPassword, newPassword })

  it('that is changed ends all other sessions and renews the id of the one that asks', async () => {
    const [one, other] = [await newSession(), await newSession()]
    const answer = await change(one, PASSWORD)
    expect(answer.statusCode).toBe(204)
    const renewed = sessionIn(answer)
    expect(renewed).not.toBe(one)
    expect([await alive(one), await alive(other), await alive(renewed)]).toEqual([false, false, true])
    expect((await logIn(PASSWORD)).statusCode).toBe(401)
    expect((await logIn(NEW_PASSWORD)).statusCode).toBe(200)
  })

  it('is not changed without the current one, and the session goes on', async () => {
    const cookie = await newSession()
    const settled: boolean[] = []
    throttle.settle = async (_attempt, right) => {
      settled.push(right)
      return []
    }
    const answer = await change(cookie, 'a wrong password')
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('wrong_password')
    expect(settled).toEqual([false])
    expect(await alive(cookie)).toBe(true)
    expect(events.at(-1)).toMatchObject({ kind: 'password_refused', customerId: login.customer.id })
  })

  it('is changed by who is logged in, however many strangers guess it', async () => {
    const cookie = await newSession()
    throttle.look = async ({ account }) => {
      if ('email' in account) throw tooManyAttempts(30_000)
    }
    expect((await logIn()).statusCode).toBe(429)
    expect((await change(cookie, PASSWORD)).statusCode).toBe(204)
  })

  it('is not changed by who guesses it in a session, which holds up nobody who logs in', async () => {
    const cookie = await newSession()
    const tried: Attempt[] = []
    throttle.look = async (attempt) => {
      tried.push(attempt)
      if ('customerId' in attempt.account) throw tooManyAttempts(30_000)
    }
    expect((await change(cookie, PASSWORD)).statusCode).toBe(429)
    expect((await logIn()).statusCode).toBe(200)
    expect(tried.map(({ account }) => account)).toEqual([{ customerId: login.customer.id }, { email: EMAIL }])
  })

  it('is not changed to a short one', async () => {
    expect((await change(await newSession(), PASSWORD, 'short')).statusCode).toBe(400)
  })

  it('that could not be changed leaves no session behind', async () => {
    const cookie = await newSession()
    services.security.changePassword = async () => {
      throw new Unavailable('postgres')
    }
    expect((await change(cookie, PASSWORD)).statusCode).toBe(503)
    expect(await listed(cookie)).toHaveLength(1)
  })
})

describe('a profile', () => {
  const change = async (body: object) => ask('PATCH', '/api/me', await newSession(), body)

  it('gets another name', async () => {
    const answer = await change({ name: 'Ada Lovelace' })
    expect(answer.json()).toMatchObject({ customer: { name: 'Ada Lovelace', email: EMAIL } })
  })

  it('gets another e-mail address from whoever knows the password', async () => {
    expect((await change({ email: 'ada@example.com' })).statusCode).toBe(400)
    expect((await change({ email: 'ada@example.com', currentPassword: 'wrong' })).statusCode).toBe(422)
    const answer = await change({ email: 'ada@example.com', currentPassword: PASSWORD })
    expect(answer.json()).toMatchObject({ customer: { email: 'ada@example.com' } })
  })

  it('is not changed by a request that says nothing, or too much', async () => {
    for (const body of [{}, { currentPassword: PASSWORD }, { role: 'operator' }, { name: '' }]) {
      expect((await change(body)).statusCode).toBe(400)
    }
    expect(events.map(({ kind }) => kind)).not.toContain('profile_changed')
  })
})

describe('a login', () => {
  it('is refused while its account waits, before a password is looked at', async () => {
    throttle.look = async () => {
      throw tooManyAttempts(30_000)
    }
    const answer = await logIn()
    expect(answer.statusCode).toBe(429)
    expect(answer.body).toContain('too_many_attempts')
    expect(answer.body).toContain('Wait 30 seconds')
    expect(answer.cookies).toEqual([])
  })

  it('is refused with the right password too, when others failed in the meantime', async () => {
    throttle.settle = async () => {
      throw tooManyAttempts(1000)
    }
    const answer = await logIn()
    expect(answer.statusCode).toBe(429)
    expect(answer.cookies).toEqual([])
  })

  it('that fails is recorded, with the wait that begins; of a stranger without the e-mail address', async () => {
    throttle.settle = async () => ['account']
    await logIn('wrong')
    await ask('POST', '/api/login', '', { email: 'stranger@example.org', password: 'wrong' })
    const { id } = login.customer
    expect(events).toMatchObject([
      { kind: 'login_failed', customerId: id, source: { device: 'Firefox on Linux', address: '127.0.0.1' } },
      { kind: 'throttled', customerId: id, detail: 'account' },
      { kind: 'login_failed', customerId: undefined },
      { kind: 'throttled', customerId: undefined, detail: 'account' },
    ])
    expect(JSON.stringify(events) + log).not.toContain('stranger@')
  })

  it('that cannot be recorded is none', async () => {
    services.security.recordLogin = async () => {
      throw new Unavailable('postgres', { cause: new Error('insert failed') })
    }
    const answer = await logIn()
    expect(answer.statusCode).toBe(503)
    expect(answer.cookies).toEqual([])
    expect(await services.sessions.list(login.customer.id)).toEqual([])
  })

  it('with a password that was changed since it was verified is none', async () => {
    services.security.recordLogin = async () => false
    const answer = await logIn()
    expect(answer.statusCode).toBe(401)
    expect(await services.sessions.list(login.customer.id)).toEqual([])
  })

  it('leaves neither e-mail address nor password nor session in the log, however it ends', async () => {
    const cookie = await newSession()
    await logIn('a wrong password')
    services.security.recordLogin = notAsked
    expect((await logIn()).statusCode).toBe(500)
    await ask('POST', '/api/logout', cookie)
    api.log.info({ body: { email: EMAIL, currentPassword: PASSWORD, newPassword: NEW_PASSWORD } })
    expect(log).toContain('request failed')
    for (const secret of [EMAIL, PASSWORD, NEW_PASSWORD, 'a wrong password', cookie.split('=')[1]]) {
      expect(log).not.toContain(secret)
    }
  })
})

describe('logins', () => {
  const counted = async () =>
    (await services.metrics.render()).split('\n').filter((line) => line.startsWith('dwaybank_logins_total{'))
  const only = (outcome: string) =>
    ['accepted', 'refused', 'throttled'].map(
      (one) => `dwaybank_logins_total{outcome="${one}"} ${one === outcome ? 1 : 0}`,
    )

  it('are counted as accepted', async () => {
    await logIn()
    expect(await counted()).toEqual(only('accepted'))
  })

  it('are counted as refused: a wrong password, or one that was changed in the meantime', async () => {
    await logIn('a wrong password')
    expect(await counted()).toEqual(only('refused'))
    services.security.recordLogin = async () => false
    await logIn()
    expect((await counted())[1]).toBe('dwaybank_logins_total{outcome="refused"} 2')
  })

  it('are counted as throttled', async () => {
    throttle.look = async () => {
      throw tooManyAttempts(1000)
    }
    await logIn()
    expect(await counted()).toEqual(only('throttled'))
  })

  it('are not counted when they met a failure of ours, or were none', async () => {
    services.security.recordLogin = async () => {
      throw new Unavailable('postgres')
    }
    expect((await logIn()).statusCode).toBe(503)
    await ask('POST', '/api/login', '', { email: EMAIL })
    expect(await counted()).toEqual(only('none'))
  })
})

describe('a logout', () => {
  it('is recorded once', async () => {
    const cookie = await newSession()
    await ask('POST', '/api/logout', cookie)
    await ask('POST', '/api/logout', cookie)
    expect(events.filter(({ kind }) => kind === 'logout')).toHaveLength(1)
  })

  it('ends the session even if it cannot be recorded', async () => {
    const cookie = await newSession()
    services.security.record = async () => {
      throw new Unavailable('postgres')
    }
    const answer = await ask('POST', '/api/logout', cookie)
    expect(answer.statusCode).toBe(503)
    expect(answer.cookies[0]).toMatchObject({ value: '', maxAge: 0 })
    expect(await alive(cookie)).toBe(false)
  })
})

describe('every route that changes state', () => {
  it('is refused to the pages of other sites', async () => {
    const changing = routes.filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
    expect(changing.map(({ method, url }) => `${method} ${url}`)).toEqual(
      expect.arrayContaining([
        'PATCH /api/me',
        'POST /api/password',
        'DELETE /api/sessions',
        'DELETE /api/sessions/:id',
      ]),
    )
    const cookie = await newSession()
    for (const { method, url } of changing) {
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        const answer = await api.inject({ method: method as Method, url, headers: { cookie, ...headers } })
        expect([url, answer.statusCode]).toEqual([url, 403])
        expect(answer.body).toContain('origin_not_allowed')
      }
    }
    expect(await alive(cookie)).toBe(true)
  })
})
