import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SESSION_COOKIE } from '../../../services/api/src/sessions/cookie.ts'
import { UserError } from '../errors.ts'
import { openedSession } from '../front-door.ts'
import { outsideDocument } from '../openapi/document.ts'
import { codeOf, waitOf, type Answer, type HttpsClient, type Question } from '../https-client.ts'
import type { History } from './history.ts'
import { EMAIL_DOMAIN } from './world.ts'

export interface Account {
  id: string
  number: string
  balance: number
}

/** A customer of the test: registered like any other, with a real session. */
export class Customer {
  readonly email: string
  readonly #password = randomUUID()
  readonly #door: HttpsClient
  readonly #history: History
  #session = ''
  #opened = 0
  #loggingIn: Promise<void> | undefined

  private constructor(door: HttpsClient, history: History, run: string, name: string) {
    this.email = `${name}.${run}@${EMAIL_DOMAIN}`
    this.#door = door
    this.#history = history
  }

  static async register(door: HttpsClient, history: History, run: string, name: string): Promise<Customer> {
    const customer = new Customer(door, history, run, name)
    const body = { email: customer.email, password: customer.#password, name: `Torture ${name}` }
    await customer.#expect(201, '/register', { method: 'POST', body })
    return customer
  }

  async openAccount(name: string): Promise<void> {
    await this.#expect(201, '/accounts', { method: 'POST', body: { name } })
  }

  async accounts(): Promise<Account[]> {
    const { text } = await this.#expect(200, '/accounts')
    return (JSON.parse(text) as { accounts: Account[] }).accounts
  }

  /**
   * Asks with the customer's session. If the bank doesn't know it any more, that is recorded, and the customer logs in
   * again; the answer is still the 401.
   * @throws whatever kept the answer from arriving whole
   */
  async ask(path: string, question: Question = {}): Promise<Answer> {
    const session = this.#session
    const cookie = session === '' ? {} : { cookie: `${SESSION_COOKIE}=${session}` }
    const answer = await this.#send(path, { ...question, headers: { ...cookie, ...question.headers } })
    if (answer.status === 401) {
      if (session === this.#session && this.#loggingIn === undefined) {
        this.#history.add({ op: 'session', customer: this.email, opened: this.#opened })
        this.#loggingIn = this.logIn().finally(() => (this.#loggingIn = undefined))
      }
      await this.#loggingIn
    } else this.#keepSession(answer)
    return answer
  }

  /** Asks, and records an answer that the API document doesn't allow. */
  async #send(path: string, question: Question): Promise<Answer> {
    const answer = await this.#door.ask(`/api${path}`, question)
    const { method = 'GET', headers } = question
    const wrong = outsideDocument({ method, path: `/api${path}`, ...answer })
    if (wrong.length > 0) {
      const key = headers?.['idempotency-key']
      this.#history.add({
        op: 'undocumented',
        ...(key !== undefined && { key }),
        asked: `${method} /api${path}`,
        status: answer.status,
        wrong: wrong.join('; '),
        text: answer.text.slice(0, 1000),
      })
    }
    return answer
  }

  /** Opens another session. */
  async logIn(): Promise<void> {
    const body = { email: this.email, password: this.#password }
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const answer = await this.#send('/login', { method: 'POST', body }).catch(() => undefined)
      if (answer?.status === 200) {
        this.#keepSession(answer)
        return
      }
      await sleep(answer?.status === 429 ? waitOf(answer) : 500)
    }
    throw new UserError(`${this.email} could not log in again`)
  }

  #keepSession(answer: Answer): void {
    const session = openedSession(answer)
    if (session === undefined) return
    this.#session = session
    this.#opened = this.#history.timeOf(performance.now())
  }

  async #expect(status: number, path: string, question: Question = {}): Promise<Answer> {
    for (;;) {
      const answer = await this.ask(path, question)
      if (answer.status === status) return answer
      if (answer.status !== 429)
        throw new UserError(`the bank answered ${path} with ${answer.status} ${codeOf(answer)}`)
      await sleep(waitOf(answer))
    }
  }
}
