import { describe, expect, it } from 'vitest'
import { sql } from '../support/database.ts'
import { bodyOf, newCredentials, newCustomer, refusalOf, Visitor } from '../support/visitor.ts'

interface SecurityEvent {
  id: string
  kind: string
  detail: string
  address: string
  device: string
  requestId: string
  createdAt: string
}

interface Page {
  events: SecurityEvent[]
  nextCursor: string | null
}

const page = async (visitor: Visitor, query = '') =>
  bodyOf<Page>(await visitor.ask(`/security-events${query}`), 200)

let customer: Visitor

describe('security events', () => {
  it('say what happened to the access of a customer, newest first', async () => {
    // Here, so that a second try begins with somebody to whom nothing has happened.
    const { visitor, credentials } = await newCustomer()
    const { email, password } = credentials
    customer = visitor
    const requestId = `trail-${Date.now()}`
    const other = new Visitor()
    const question = { method: 'POST', headers: { 'x-request-id': requestId, 'user-agent': 'curl/8.14.1' } }
    await other.ask('/login', { ...question, body: { email, password: 'a guess' } })
    await other.ask('/login', { ...question, body: { email, password } })
    await other.post('/logout')
    await customer.ask('/me', { method: 'PATCH', body: { name: 'Other Name' } })
    await customer.post('/password', { currentPassword: 'a guess', newPassword: 'another horse battery' })
    await customer.post('/password', { currentPassword: password, newPassword: 'another horse battery' })

    const { events } = await page(customer)
    expect(events.map(({ kind }) => kind)).toEqual([
      'password_changed',
      'password_refused',
      'profile_changed',
      'logout',
      'login_succeeded',
      'login_failed',
      'registered',
    ])
    const failed = events.find(({ kind }) => kind === 'login_failed')
    expect(failed).toMatchObject({ requestId, device: 'curl', detail: '' })
    expect(failed?.address).toMatch(/^[0-9a-f.:]+$/)
    expect(Math.abs(Date.parse(failed?.createdAt ?? '') - Date.now())).toBeLessThan(60_000)
  })

  it('come page by page', async () => {
    const all = (await page(customer)).events
    const paged: SecurityEvent[] = []
    let query = '?limit=2'
    for (;;) {
      const { events, nextCursor } = await page(customer, query)
      paged.push(...events)
      if (nextCursor === null) break
      query = `?limit=2&cursor=${nextCursor}`
    }
    expect(paged).toEqual(all)
    expect(refusalOf(await customer.ask('/security-events?cursor=nonsense'), 400)).toBe('invalid_request')
  })

  it('of one customer are shown to no other', async () => {
    const { visitor: stranger } = await newCustomer()
    expect((await page(stranger)).events.map(({ kind }) => kind)).toEqual(['registered'])
    expect(refusalOf(await new Visitor().ask('/security-events'), 401)).toBe('unauthenticated')
  })

  it('are kept of a login with an unknown e-mail address too, without the address', async () => {
    const { email } = newCredentials()
    const requestId = `unknown-${Date.now()}`
    await new Visitor().post('/login', { email, password: 'a guess' }, { 'x-request-id': requestId })
    const { rows } = await sql(
      'dwaybank',
      `select customer_id is null, kind, security_events::text like '%${email}%' from security_events
       where request_id = '${requestId}';`,
    )
    expect(rows).toEqual(['t|login_failed|f'])
  })

  it('are recorded when a wait begins', async () => {
    const { visitor, credentials } = await newCustomer()
    const guess = { email: credentials.email, password: 'a guess' }
    for (let tried = 0; tried < 7; tried += 1) await new Visitor().post('/login', guess)
    const { events } = await page(visitor)
    expect(events.filter(({ kind }) => kind === 'login_failed')).toHaveLength(5)
    expect(events.filter(({ kind }) => kind === 'throttled')).toMatchObject([{ detail: 'account' }])
  })
})

describe('the trail', () => {
  it.each([
    'update security_events set detail = $$$$',
    'delete from security_events',
    'truncate security_events',
  ])('is final for the api and for its owner: %s', async (statement) => {
    expect((await sql('dwaybank_api', `${statement};`)).refused).toBe('42501')
    expect((await sql('dwaybank', `set role dwaybank_owner; ${statement};`)).refused).toBe('23001')
  })

  it('is dated by the database alone', async () => {
    const insert = `insert into security_events (customer_id, kind, address, device, request_id, created_at)
      values (null, 'login_failed', '', '', '', now());`
    expect((await sql('dwaybank_api', insert)).refused).toBe('42501')
  })
})
