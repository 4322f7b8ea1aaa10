import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { SESSION_COOKIE } from '../../../services/api/src/sessions/cookie.ts'
import type { Answer, HttpsClient, Question } from '../https-client.ts'
import { Customer } from './customer.ts'
import { History } from './history.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'torture-customer-'))
const histories: History[] = []
afterAll(async () => {
  await Promise.all(histories.map((history) => history.close()))
  fs.rmSync(folder, { recursive: true })
})

/** A bank that knows the session that it opened last, until it is told to forget it. */
class Bank {
  readonly asked: string[] = []
  #opened = 0
  #known = ''

  forget(): void {
    this.#known = ''
  }

  ask(where: string, { headers = {} }: Question = {}): Promise<Answer> {
    this.asked.push(`${where} ${headers['cookie'] ?? 'nobody'}`)
    if (where === '/api/register' || where === '/api/login') {
      this.#opened += 1
      this.#known = `${SESSION_COOKIE}=${this.#opened}`
      const status = where === '/api/register' ? 201 : 200
      return Promise.resolve({ status, headers: { 'set-cookie': [`${this.#known}; Path=/`] }, text: '{}' })
    }
    const status = this.#known !== '' && headers['cookie'] === this.#known ? 200 : 401
    return Promise.resolve({ status, headers: {}, text: '{"accounts":[]}' })
  }
}

async function register(): Promise<{ bank: Bank; history: History; customer: Customer }> {
  const bank = new Bank()
  const history = new History(path.join(folder, 'history.ndjson'))
  histories.push(history)
  const customer = await Customer.of(bank as unknown as HttpsClient, history, 'run', 'ann')
  return { bank, history, customer }
}

describe('a customer of the torture', () => {
  it('keeps the session that came with the registration', async () => {
    const { bank, customer } = await register()
    expect((await customer.ask('/accounts')).status).toBe(200)
    expect(bank.asked).toEqual(['/api/register nobody', `/api/accounts ${SESSION_COOKIE}=1`])
  })

  it('records a lost session once, however many requests see it, and logs in once', async () => {
    const { bank, history, customer } = await register()
    bank.forget()
    const answers = await Promise.all([customer.ask('/accounts'), customer.ask('/accounts')])
    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect(history.events.filter(({ op }) => op === 'session')).toMatchObject([{ customer: customer.email }])
    expect(bank.asked.filter((line) => line.startsWith('/api/login'))).toEqual(['/api/login nobody'])
    expect((await customer.ask('/accounts')).status).toBe(200)
  })

  it("records an answer that the API document doesn't allow", async () => {
    const { history, customer } = await register()
    await customer.ask('/nowhere')
    expect(history.events.filter(({ op }) => op === 'undocumented')).toContainEqual(
      expect.objectContaining({ asked: 'GET /api/nowhere' }),
    )
  })
})
