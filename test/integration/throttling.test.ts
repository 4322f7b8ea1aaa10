import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { runRedis } from '../../scripts/lib/redis.ts'
import { accountKey, addressKey } from '../../services/api/src/sessions/throttle.ts'
import type { Answer } from '../support/front-door.ts'
import { bodyOf, newCredentials, newCustomer, refusalOf, Visitor } from '../support/visitor.ts'

/** The api's own defaults. */
const failuresPerAccount = 5
const firstWaitSeconds = 15

const logIn = (email: string, password: string) => new Visitor().post('/login', { email, password })

/** What guessing is answered with, one guess after the other. */
async function guess(email: string, times: number): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let tried = 0; tried < times; tried += 1) answers.push(await logIn(email, 'a guess'))
  return answers
}

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status)
const guessed = Array.from({ length: failuresPerAccount }, () => 401)

describe('logging in', () => {
  it('has to wait after a number of failures, with the right password too, and is told how long', async () => {
    const { credentials } = await newCustomer()
    const { email, password } = credentials
    expect(statusesOf(await guess(email, failuresPerAccount))).toEqual(guessed)
    const answer = await logIn(email, password)
    expect(refusalOf(answer, 429)).toBe('too_many_attempts')
    const wait = Number(answer.headers['retry-after'])
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(firstWaitSeconds)
    expect(answer.text).toMatch(/Wait \d+ seconds?, then try again/)

    await sleep(wait * 1000)
    expect((await logIn(email, password)).status).toBe(200)
    // The count begins anew.
    expect(statusesOf(await guess(email, failuresPerAccount))).toEqual(guessed)
  })

  it('has to wait longer with each failure', async () => {
    const { email } = newCredentials()
    await guess(email, failuresPerAccount)
    await runRedis('the wait was not ended', [`HDEL ${accountKey(email)} until`])
    await guess(email, 1)
    const [answer] = await guess(email, 1)
    expect(Number(answer?.headers['retry-after'])).toBeGreaterThan(firstWaitSeconds)
  })

  it('tells nobody whether there is an account', async () => {
    const { credentials } = await newCustomer()
    const codes = async (email: string) =>
      (await guess(email, failuresPerAccount + 1)).map((answer) => refusalOf(answer, answer.status))
    expect(await codes(newCredentials().email)).toEqual(await codes(credentials.email))
  })

  it('lets no more guesses through at once than one after the other', async () => {
    const { email } = newCredentials()
    const answers = await Promise.all(Array.from({ length: 15 }, () => logIn(email, 'a guess')))
    expect(statusesOf(answers).filter((status) => status === 401).length).toBeLessThanOrEqual(
      failuresPerAccount,
    )
    expect(new Set(statusesOf(answers))).toEqual(new Set([401, 429]))
  })

  it('has to wait for everybody at an address from which too many failed', async () => {
    const { visitor, credentials } = await newCustomer()
    interface Sessions {
      sessions: { address: string; current: boolean }[]
    }
    const { sessions } = bodyOf<Sessions>(await visitor.ask('/sessions'), 200)
    const address = sessions.find(({ current }) => current)?.address ?? ''
    const key = addressKey(address)
    const until = Date.now() + 120_000
    await runRedis('the wait was not written', [`HSET ${key} failures 1000000 until ${until}`])
    try {
      const answer = await logIn(credentials.email, credentials.password)
      expect(refusalOf(answer, 429)).toBe('too_many_attempts')
      expect(answer.text).toContain('Wait 2 minutes')
      // Who is logged in goes on.
      expect((await visitor.ask('/accounts')).status).toBe(200)
    } finally {
      await runRedis('the wait was not ended', [`DEL ${key}`])
    }
    expect((await logIn(credentials.email, credentials.password)).status).toBe(200)
  })

  it('is counted under keys that expire and hold no e-mail address', async () => {
    const { email } = newCredentials()
    await guess(email, 1)
    const seconds = Number(await runRedis('the key was not read', [`TTL ${accountKey(email)}`]))
    expect(seconds).toBeGreaterThan(0)
    expect(accountKey(email)).not.toContain(email)
  })
})
