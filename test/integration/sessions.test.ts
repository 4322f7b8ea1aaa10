import { describe, expect, it } from 'vitest'
import { runRedis } from '../../scripts/lib/redis.ts'
import {
  customerSessionsKey,
  newSessionId,
  publicSessionId,
  sessionHash,
  sessionKey,
} from '../../services/api/src/sessions/session-key.ts'
import { sql } from '../support/database.ts'
import { bodyOf, newCustomer, refusalOf, sessionOf, Visitor } from '../support/visitor.ts'

interface Session {
  id: string
  device: string
  address: string
  createdAt: string
  lastUsedAt: string
  current: boolean
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

const { visitor: customer, credentials } = await newCustomer()
const { email, password } = credentials

async function newSession(userAgent = firefox): Promise<Visitor> {
  const visitor = new Visitor()
  const answer = await visitor.ask('/login', {
    method: 'POST',
    body: { email, password },
    headers: { 'user-agent': userAgent },
  })
  expect(answer.status, answer.text).toBe(200)
  return visitor
}

const sessionsOf = async (visitor: Visitor) =>
  bodyOf<{ sessions: Session[] }>(await visitor.ask('/sessions'), 200).sessions

const currentOf = async (visitor: Visitor) => (await sessionsOf(visitor)).find(({ current }) => current)

const end = (visitor: Visitor, id: string) => visitor.ask(`/sessions/${id}`, { method: 'DELETE' })

const customerId = async () =>
  bodyOf<{ customer: { id: string; role: string } }>(await customer.ask('/me'), 200).customer.id

describe('sessions', () => {
  it('are listed with device, address and times, the one that asks marked', async () => {
    const visitor = await newSession()
    const sessions = await sessionsOf(visitor)
    expect(sessions.length).toBeGreaterThan(1)
    expect(sessions.filter(({ current }) => current)).toHaveLength(1)
    const current = await currentOf(visitor)
    expect(current?.device).toBe('Firefox on Linux')
    expect(current?.address).toMatch(/^[0-9a-f.:]+$/)
    expect(Math.abs(Date.parse(current?.createdAt ?? '') - Date.now())).toBeLessThan(60_000)
    expect(current?.lastUsedAt).toBe(current?.createdAt)
  })

  it('are listed without the id that is in the cookie', async () => {
    const answer = await customer.ask('/sessions')
    expect(answer.text).not.toContain(customer.session)
    expect(answer.text).not.toContain(sessionHash(customer.session ?? '').slice(0, 16))
  })

  it('are ended one by one, for whoever kept the cookie too', async () => {
    const other = await newSession()
    const id = (await currentOf(other))?.id ?? ''
    expect((await end(customer, id)).status).toBe(204)
    expect(refusalOf(await other.ask('/me'), 401)).toBe('unauthenticated')
    expect((await customer.ask('/me')).status).toBe(200)
    expect(refusalOf(await end(customer, id), 404)).toBe('not_found')
  })

  it('of somebody else are neither listed nor ended', async () => {
    const { visitor: stranger } = await newCustomer()
    const id = (await currentOf(customer))?.id ?? ''
    expect((await sessionsOf(stranger)).map((session) => session.id)).not.toContain(id)
    expect(refusalOf(await end(stranger, id), 404)).toBe('not_found')
    expect((await customer.ask('/me')).status).toBe(200)
  })

  it('all end at once, the one that asks too', async () => {
    const { visitor, credentials } = await newCustomer()
    const other = new Visitor()
    await other.post('/login', { email: credentials.email, password: credentials.password })
    const kept = visitor.session
    const answer = await visitor.ask('/sessions', { method: 'DELETE' })
    expect(answer.status).toBe(204)
    expect(sessionOf(answer)?.attributes).toContain('max-age=0')
    visitor.session = kept
    expect(refusalOf(await visitor.ask('/me'), 401)).toBe('unauthenticated')
    expect(refusalOf(await other.ask('/me'), 401)).toBe('unauthenticated')
  })

  it("are not ended by another site's page", async () => {
    const headers = { origin: 'https://evil.example' }
    for (const path of ['/sessions', `/sessions/${(await currentOf(customer))?.id}`]) {
      expect(refusalOf(await customer.ask(path, { method: 'DELETE', headers }), 403)).toBe(
        'origin_not_allowed',
      )
    }
    expect((await customer.ask('/me')).status).toBe(200)
  })

  it('live longer by being used, and not beyond their absolute end', async () => {
    const visitor = await newSession()
    const hash = sessionHash(visitor.session ?? '')
    const key = sessionKey(hash)
    const secondsLeft = async () => Number(await runRedis('the session was not read', [`TTL ${key}`]))
    const shorten = () => runRedis('the session was not changed', [`EXPIRE ${key} 100`])
    await shorten()
    expect((await visitor.ask('/me')).status).toBe(200)
    expect(await secondsLeft()).toBeGreaterThan(100)

    const stored = JSON.parse(await runRedis('the session was not read', [`GET ${key}`])) as object
    const old = (seconds: number) =>
      JSON.stringify({ ...stored, createdAt: new Date(Date.now() - seconds * 1000).toISOString() })
    const absolute = 12 * 3600
    await runRedis('the session was not written', [`SET ${key} '${old(absolute - 50)}' EX 100`])
    expect((await visitor.ask('/me')).status).toBe(200)
    expect(await secondsLeft()).toBeLessThanOrEqual(50)

    await runRedis('the session was not written', [`SET ${key} '${old(absolute + 1)}' EX 100`])
    const listed = (await sessionsOf(customer)).map(({ id }) => id)
    expect(listed).not.toContain(publicSessionId(hash))
    expect((await visitor.ask('/me')).status).toBe(401)
    expect(await secondsLeft()).toBe(-2)
  })

  it('as a previous release stored them go on working, and can be ended', async () => {
    const visitor = new Visitor()
    visitor.session = newSessionId()
    const id = await customerId()
    const hash = sessionHash(visitor.session)
    const stored = JSON.stringify({ customerId: id, createdAt: new Date().toISOString() })
    await runRedis('the session was not written', [
      `SET ${sessionKey(hash)} '${stored}' EX 600`,
      `SADD ${customerSessionsKey(id)} ${hash}`,
    ])
    expect(await currentOf(visitor)).toMatchObject({ device: 'Unknown device' })
    expect((await end(customer, (await currentOf(visitor))?.id ?? '')).status).toBe(204)
    expect((await visitor.ask('/me')).status).toBe(401)
  })
})

describe('a role', () => {
  const roleOf = async (visitor: Visitor) =>
    bodyOf<{ customer: { role: string } }>(await visitor.ask('/me'), 200).customer.role

  it('that is given later takes effect with the next login, and ends at once when it is taken away', async () => {
    const id = await customerId()
    try {
      await sql('dwaybank', `update customers set role = 'operator' where id = '${id}';`)
      expect(await roleOf(customer)).toBe('customer')
      const operator = await newSession()
      expect(await roleOf(operator)).toBe('operator')
      await sql('dwaybank', `update customers set role = 'customer' where id = '${id}';`)
      expect(await roleOf(operator)).toBe('customer')
    } finally {
      await sql('dwaybank', `update customers set role = 'customer' where id = '${id}';`)
    }
  })
})
