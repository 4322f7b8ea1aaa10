import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { sql } from '../support/database.ts'
import { bodyOf, newCredentials, newCustomer, refusalOf, Visitor } from '../support/visitor.ts'

// The front door lets an address ask for ten of these in a second, and the tests are quicker.
beforeEach(() => sleep(1000))

const newPassword = 'another horse battery'

async function logIn(email: string, password: string) {
  const visitor = new Visitor()
  return { visitor, answer: await visitor.post('/login', { email, password }) }
}

describe('a password', () => {
  it('that is changed ends all other sessions, renews this one, and is the one to log in with', async () => {
    const { visitor, credentials } = await newCustomer()
    const { email, password } = credentials
    const { visitor: other } = await logIn(email, password)
    const before = visitor.session
    const answer = await visitor.post('/password', { currentPassword: password, newPassword })
    expect(answer.status, answer.text).toBe(204)
    expect(visitor.session).not.toBe(before)
    expect((await visitor.ask('/me')).status).toBe(200)
    expect((await other.ask('/me')).status).toBe(401)
    visitor.session = before
    expect((await visitor.ask('/me')).status).toBe(401)
    expect(refusalOf((await logIn(email, password)).answer, 401)).toBe('wrong_credentials')
    expect((await logIn(email, newPassword)).answer.status).toBe(200)
  })

  it('is not changed without the current one, and who guesses it has to wait', async () => {
    const { visitor, credentials } = await newCustomer()
    const guess = () => visitor.post('/password', { currentPassword: 'a guess', newPassword })
    for (let tried = 0; tried < 5; tried += 1) expect(refusalOf(await guess(), 422)).toBe('wrong_password')
    const right = await visitor.post('/password', { currentPassword: credentials.password, newPassword })
    expect(refusalOf(right, 429)).toBe('too_many_attempts')
    expect((await visitor.ask('/me')).status).toBe(200)
  })

  it('is changed by who is logged in, however many strangers guess it', async () => {
    const { visitor, credentials } = await newCustomer()
    const { email, password } = credentials
    for (let tried = 0; tried < 5; tried += 1) await logIn(email, 'a guess')
    expect(refusalOf((await logIn(email, password)).answer, 429)).toBe('too_many_attempts')
    const answer = await visitor.post('/password', { currentPassword: password, newPassword })
    expect(answer.status, answer.text).toBe(204)
  })

  it('is not changed to a short one, nor for a page of another site', async () => {
    const { visitor, credentials } = await newCustomer()
    const currentPassword = credentials.password
    const short = await visitor.post('/password', { currentPassword, newPassword: 'short' })
    expect(refusalOf(short, 400)).toBe('invalid_request')
    const headers = { origin: 'https://evil.example' }
    const elsewhere = await visitor.post('/password', { currentPassword, newPassword }, headers)
    expect(refusalOf(elsewhere, 403)).toBe('origin_not_allowed')
  })
})

describe('a profile', () => {
  it('gets another name, and another e-mail address from whoever knows the password', async () => {
    const { visitor, credentials } = await newCustomer()
    const change = (body: object) => visitor.ask('/me', { method: 'PATCH', body })
    bodyOf(await change({ name: 'Other Name' }), 200)
    const { email } = newCredentials()
    expect(refusalOf(await change({ email }), 400)).toBe('invalid_request')
    expect(refusalOf(await change({ email, currentPassword: 'a guess' }), 422)).toBe('wrong_password')
    const changed = bodyOf(await change({ email, currentPassword: credentials.password }), 200)
    expect(changed).toMatchObject({ customer: { name: 'Other Name', email } })
    expect((await logIn(email, credentials.password)).answer.status).toBe(200)
    expect((await logIn(credentials.email, credentials.password)).answer.status).toBe(401)
  })

  it("does not get somebody else's e-mail address, and nothing of it changes then", async () => {
    const [one, other] = [await newCustomer(), await newCustomer()]
    const body = {
      name: 'Other Name',
      email: other.credentials.email,
      currentPassword: one.credentials.password,
    }
    expect(refusalOf(await one.visitor.ask('/me', { method: 'PATCH', body }), 409)).toBe('email_taken')
    const me = bodyOf(await one.visitor.ask('/me'), 200)
    expect(me).toMatchObject({ customer: { name: one.credentials.name, email: one.credentials.email } })
  })
})

describe('the role of the api', () => {
  it.each([
    "update customers set role = 'operator';",
    'update customers set id = gen_random_uuid();',
    'delete from customers;',
  ])('may not: %s', async (statement) => {
    expect((await sql('dwaybank_api', statement)).refused).toBe('42501')
  })
})
