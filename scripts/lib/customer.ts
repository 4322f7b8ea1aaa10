import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SESSION_COOKIE } from '../../services/api/src/sessions/cookie.ts'
import { UserError } from './errors.ts'
import { openedSession } from './front-door.ts'
import { codeOf, waitOf, type Answer, type HttpsClient, type Question } from './https-client.ts'

export interface Account {
  id: string
  number: string
  balance: number
}

/** A customer that a script makes up, who comes by the front door with a real session. */
export class Customer {
  readonly email: string
  protected readonly password = randomUUID()
  protected session = ''
  readonly #door: HttpsClient

  constructor(door: HttpsClient, email: string) {
    this.email = email
    this.#door = door
  }

  /** Becomes a customer like any other, with a first account and a session. */
  async register(name: string): Promise<void> {
    const body = { email: this.email, password: this.password, name }
    await this.expect(201, '/register', { method: 'POST', body })
  }

  async openAccount(name: string): Promise<void> {
    await this.expect(201, '/accounts', { method: 'POST', body: { name } })
  }

  async accounts(): Promise<Account[]> {
    const { text } = await this.expect(200, '/accounts')
    return (JSON.parse(text) as { accounts: Account[] }).accounts
  }

  /**
   * Moves money under a key of its own.
   * @returns the transfer's id
   */
  async transfer(from: Account, to: Account, amount: number, reference: string): Promise<string> {
    const body = { fromAccountId: from.id, toAccountNumber: to.number, amount, reference }
    const headers = { 'idempotency-key': randomUUID() }
    const { text } = await this.expect(201, '/transfers', { method: 'POST', headers, body })
    return (JSON.parse(text) as { transfer: { id: string } }).transfer.id
  }

  /**
   * Asks with the customer's session.
   * @throws whatever kept the answer from arriving whole
   */
  async ask(path: string, question: Question = {}): Promise<Answer> {
    const cookie = this.session === '' ? {} : { cookie: `${SESSION_COOKIE}=${this.session}` }
    const answer = await this.send(path, { ...question, headers: { ...cookie, ...question.headers } })
    if (answer.status !== 401) this.keepSession(answer)
    return answer
  }

  /** Asks as nobody. */
  protected send(path: string, question: Question): Promise<Answer> {
    return this.#door.ask(`/api${path}`, question)
  }

  /** Takes over the session that an answer opens, if it opens one. */
  protected keepSession(answer: Answer): void {
    this.session = openedSession(answer) ?? this.session
  }

  /** @throws UserError for an answer of another status; one who asked too often waits, and asks again */
  protected async expect(status: number, path: string, question: Question = {}): Promise<Answer> {
    for (;;) {
      const answer = await this.ask(path, question)
      if (answer.status === status) return answer
      if (answer.status !== 429)
        throw new UserError(`the bank answered ${path} with ${answer.status} ${codeOf(answer)}`)
      await sleep(waitOf(answer))
    }
  }
}
