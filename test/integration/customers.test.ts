import { describe, expect, it } from 'vitest'
import { type Answer, ask, origin } from '../support/front-door.ts'
import { bodyOf, newCredentials, newCustomer, refusalOf, sessionOf, Visitor } from '../support/visitor.ts'

const { visitor: customer, credentials, account } = await newCustomer()

describe('registering', () => {
  it('logs in and opens a first account with a welcome credit', () => {
    expect(customer.session).toBeDefined()
    expect(account).toMatchObject({ name: 'Current account', currency: 'EUR', balance: 100_000 })
    expect(Number(account.number) % 97).toBe(1)
  })

  it('refuses an e-mail address that somebody has, however it is spelt', async () => {
    const email = credentials.email.toUpperCase()
    const answer = await new Visitor().post('/register', { ...newCredentials(), email })
    expect(refusalOf(answer, 409)).toBe('email_taken')
  })

  it.each([
    ['a short password', { password: 'too short' }],
    ['no e-mail address', { email: 'nobody' }],
    ['an empty name', { name: '' }],
    ['a field that it does not know', { balance: 5 }],
  ])('refuses %s', async (_what, wrong) => {
    const answer = await new Visitor().post('/register', { ...newCredentials(), ...wrong })
    expect(refusalOf(answer, 400)).toBe('invalid_request')
    expect(sessionOf(answer)).toBeUndefined()
  })
})

describe('a session', () => {
  it('is a cookie that scripts and other sites never see', async () => {
    const answer = await new Visitor().post('/login', login())
    const { id, attributes } = sessionOf(answer) ?? { id: '', attributes: [] }
    expect(id).toMatch(/^[\w-]{43}$/)
    expect(attributes).toEqual(expect.arrayContaining(['httponly', 'secure', 'samesite=strict', 'path=/']))
    expect(attributes.some((attribute) => attribute.startsWith('domain'))).toBe(false)
  })

  it('gets a new id at every login, and the old one is worth nothing', async () => {
    const visitor = new Visitor()
    await visitor.post('/login', login())
    const before = visitor.session
    await visitor.post('/login', login())
    expect(visitor.session).not.toBe(before)
    expect((await visitor.ask('/me')).status).toBe(200)
    visitor.session = before
    expect(refusalOf(await visitor.ask('/me'), 401)).toBe('unauthenticated')
  })

  it('ends at logout, for whoever kept the cookie too', async () => {
    const visitor = new Visitor()
    await visitor.post('/login', login())
    const kept = visitor.session
    const answer = await visitor.post('/logout')
    expect(answer.status).toBe(204)
    expect(sessionOf(answer)?.attributes).toContain('max-age=0')
    visitor.session = kept
    expect(refusalOf(await visitor.ask('/accounts'), 401)).toBe('unauthenticated')
  })

  it('cannot be chosen by the visitor', async () => {
    const visitor = new Visitor()
    const chosen = 'A'.repeat(43)
    visitor.session = chosen
    await visitor.post('/login', login())
    expect(visitor.session).not.toBe(chosen)
  })

  it('says who is logged in', async () => {
    const { email, name } = credentials
    const { customer: who } = bodyOf<{ customer: object }>(await customer.ask('/me'), 200)
    expect(who).toMatchObject({ email, name })
    expect(who).not.toHaveProperty('passwordHash')
  })
})

describe('logging in', () => {
  it('answers the same for a wrong password as for a stranger', async () => {
    const wrong = await new Visitor().post('/login', { ...login(), password: 'not the right one' })
    const stranger = await new Visitor().post('/login', {
      email: newCredentials().email,
      password: 'anything',
    })
    expect(refusalOf(wrong, 401)).toBe('wrong_credentials')
    expect(withoutId(stranger)).toEqual(withoutId(wrong))
    expect(sessionOf(wrong)).toBeUndefined()
  })
})

describe('without a session', () => {
  it.each(['/me', '/accounts', `/accounts/${account.id}/entries`])('%s answers 401', async (path) => {
    expect(refusalOf(await new Visitor().ask(path), 401)).toBe('unauthenticated')
  })

  it('no money moves', async () => {
    const body = { fromAccountId: account.id, toAccountNumber: '0000000195', amount: 1, reference: '' }
    expect(refusalOf(await new Visitor().transfer(body), 401)).toBe('unauthenticated')
  })
})

describe("another site's page", () => {
  it.each([
    ['its own origin', { origin: 'https://evil.example' }],
    ['the origin of one of the tools', { origin: origin.replace('dwaybank.', 'pgadmin.dwaybank.') }],
    ['the origin without TLS', { origin: origin.replace('https:', 'http:') }],
    ['no origin at all', { origin: 'null' }],
  ])('changes nothing when it comes with %s', async (_what, headers) => {
    const answer = await customer.post('/accounts', { name: 'Stolen' }, headers)
    expect(refusalOf(answer, 403)).toBe('origin_not_allowed')
  })

  it('is recognised by its browser when it hides its origin', async () => {
    const answer = await ask('/api/logout', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })
    expect(refusalOf(answer, 403)).toBe('origin_not_allowed')
  })

  it('cannot read answers', async () => {
    const answer = await ask('/api/me', { headers: { origin: 'https://evil.example' } })
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  })
})

/** What a problem document says, without the request that it answers. */
function withoutId({ text }: Answer): object {
  const { requestId: _, ...said } = JSON.parse(text) as { requestId: string }
  return said
}

/** What this file's customer logs in with. */
function login() {
  const { email, password } = credentials
  return { email, password }
}
