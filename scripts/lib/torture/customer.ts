import { setTimeout as sleep } from 'node:timers/promises'
import { Customer as BankCustomer } from '../customer.ts'
import { UserError } from '../errors.ts'
import { openedSession } from '../front-door.ts'
import { outsideDocument } from '../openapi/document.ts'
import { waitOf, type Answer, type HttpsClient, type Question } from '../https-client.ts'
import type { History } from './history.ts'
import { EMAIL_DOMAIN } from './world.ts'

/** A customer of the test, whose sessions and odd answers are recorded. */
export class Customer extends BankCustomer {
  readonly #history: History
  #opened = 0
  #loggingIn: Promise<void> | undefined

  private constructor(door: HttpsClient, history: History, run: string, name: string) {
    super(door, `${name}.${run}@${EMAIL_DOMAIN}`)
    this.#history = history
  }

  /** Makes one who is registered. */
  static async of(door: HttpsClient, history: History, run: string, name: string): Promise<Customer> {
    const customer = new Customer(door, history, run, name)
    await customer.register(`Torture ${name}`)
    return customer
  }

  /**
   * Asks with the customer's session. If the bank doesn't know it any more, that is recorded, and the customer logs in
   * again; the answer is still the 401.
   * @throws whatever kept the answer from arriving whole
   */
  override async ask(path: string, question: Question = {}): Promise<Answer> {
    const { session } = this
    const answer = await super.ask(path, question)
    if (answer.status === 401) {
      if (session === this.session && this.#loggingIn === undefined) {
        this.#history.add({ op: 'session', customer: this.email, opened: this.#opened })
        this.#loggingIn = this.logIn().finally(() => (this.#loggingIn = undefined))
      }
      await this.#loggingIn
    }
    return answer
  }

  /** Asks, and records an answer that the API document doesn't allow. */
  protected override async send(path: string, question: Question): Promise<Answer> {
    const answer = await super.send(path, question)
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
    const body = { email: this.email, password: this.password }
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const answer = await this.send('/login', { method: 'POST', body }).catch(() => undefined)
      if (answer?.status === 200) {
        this.keepSession(answer)
        return
      }
      await sleep(answer?.status === 429 ? waitOf(answer) : 500)
    }
    throw new UserError(`${this.email} could not log in again`)
  }

  protected override keepSession(answer: Answer): void {
    super.keepSession(answer)
    if (openedSession(answer) !== undefined) this.#opened = this.#history.timeOf(performance.now())
  }
}
