import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from '../customer.ts'
import type { Customer } from './customer.ts'
import { codeOf, waitOf, type Answer } from '../https-client.ts'
import type { Acknowledged, History, TransferRequest } from './history.ts'
import type { Operation } from './world.ts'

/** Correct check digits, and beyond what is ever drawn: nobody's number. */
export const NOBODY = '0000009992'

/** An account of the test with whoever it belongs to. */
export interface TestAccount extends Account {
  customer: Customer
}

/** Who takes part in a run. */
export interface Cast {
  accounts: readonly TestAccount[]
  /** May take transfers back. */
  operator: Customer
}

/** Whoever may ask for a transfer. */
export function askerOf({ accounts, operator }: Cast, request: TransferRequest): Customer {
  if (request.reverses !== undefined) return operator
  const account = accounts.find(({ id }) => id === request.fromAccountId)
  if (!account) throw new RangeError(`${request.reference} is paid from nobody's account`)
  return account.customer
}

/** What is known of a key after a request with it. */
export type Outcome = 'acknowledged' | 'refused' | 'unknown'

interface TransferAnswer {
  transfer: {
    id: string
    amount: number
    reference: string
    from: { number: string }
    to: { number: string }
  }
}

/** Statuses by which a request is turned away before anything was looked at. */
const TURNED_AWAY = new Set([401, 429])

let attempts = 0

/** Sends a request for a transfer, and records what was asked and answered. It is sent again while it is turned away. */
export async function send(
  history: History,
  customer: Customer,
  key: string,
  request: TransferRequest,
  other = false,
): Promise<Outcome> {
  for (;;) {
    attempts += 1
    const attempt = attempts
    history.add({ op: 'invoke', attempt, key, request, ...(other && { other }) })
    try {
      const headers = { 'idempotency-key': key }
      const { reverses, ...transfer } = request
      const answer = await customer.ask(
        reverses === undefined ? '/transfers' : `/transfers/${reverses}/reversal`,
        { method: 'POST', headers, body: reverses === undefined ? transfer : { reason: request.reference } },
      )
      const outcome = record(history, attempt, key, answer)
      if (outcome !== 'turned away') return outcome
      if (answer.status === 429) await sleep(waitOf(answer))
    } catch (error) {
      history.add({ op: 'info', attempt, key, reason: reasonOf(error) })
      return 'unknown'
    }
  }
}

function record(history: History, attempt: number, key: string, answer: Answer): Outcome | 'turned away' {
  const { status, headers } = answer
  const replayed = headers['idempotent-replayed'] === 'true'
  if (status === 201) {
    history.add({ op: 'ok', attempt, key, transfer: acknowledged(answer), replayed })
    return 'acknowledged'
  }
  const code = codeOf(answer)
  if (status >= 500 || status < 400 || code === 'idempotency_key_in_progress') {
    history.add({ op: 'info', attempt, key, reason: `${status} ${code}` })
    return 'unknown'
  }
  const decided = !TURNED_AWAY.has(status)
  history.add({ op: 'fail', attempt, key, status, code, decided, replayed })
  return decided ? 'refused' : 'turned away'
}

function acknowledged({ text }: Answer): Acknowledged {
  const { id, amount, reference, from, to } = (JSON.parse(text) as TransferAnswer).transfer
  return { id, amount, reference, from: from.number, to: to.number }
}

/** What broke, in one word if there is one. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return error.name === 'AbortError' ? 'timeout' : (code ?? error.message)
}

/** Grows with every unknown outcome in a row, so that an outage does not use up the transfers. */
const backoffMs = (failures: number) => Math.min(2000, 100 * 2 ** failures) * (0.5 + Math.random() / 2)

/** Carries out operations one after the other; several of these work side by side. */
export class Client {
  readonly #history: History
  readonly #cast: Cast
  readonly #prefix: string
  #failures = 0

  constructor(history: History, cast: Cast, prefix: string) {
    this.#history = history
    this.#cast = cast
    this.#prefix = prefix
  }

  async carryOut(number: number, operation: Operation): Promise<void> {
    const { accounts } = this.#cast
    const from = accounts[operation.from]
    const to = operation.to === undefined ? { number: NOBODY } : accounts[operation.to]
    if (!from || !to) throw new RangeError(`operation ${number} names no account`)
    const key = `${this.#prefix}-${number}`
    const request = {
      fromAccountId: from.id,
      toAccountNumber: to.number,
      amount: operation.amount,
      reference: key,
    }
    const ask = (other?: TransferRequest) =>
      send(this.#history, from.customer, key, other ?? request, other !== undefined)

    if (operation.previews)
      await from.customer
        .ask('/transfers/preview', { method: 'POST', body: { ...request, reference: `${key} preview` } })
        .catch(() => undefined)
    const first = operation.repeat === 'at once' ? await Promise.all([ask(), ask()]) : [await ask()]
    let outcome = first.find((found) => found !== 'unknown') ?? 'unknown'
    for (let retry = 0; outcome === 'unknown' && retry < operation.retries; retry += 1) {
      await this.#backOff()
      outcome = await ask()
    }
    if (outcome === 'unknown') return this.#backOff()
    this.#failures = 0
    if (operation.repeat === 'again') await ask()
    if (operation.repeat === 'other body' && outcome === 'acknowledged')
      await ask({ ...request, amount: request.amount + 1, reference: `${key} other` })
    if (operation.reverses && 'id' in to) await this.#takeBack(key, from, to)
  }

  /** Asks an operator twice at once to take an acknowledged transfer back: only one of the two may. */
  async #takeBack(key: string, from: TestAccount, to: TestAccount): Promise<void> {
    const { operator } = this.#cast
    const done = this.#history.acknowledgment(key)
    if (!done) return
    const reverse = (reference: string) =>
      send(this.#history, operator, reference, {
        fromAccountId: to.id,
        toAccountNumber: from.number,
        amount: done.amount,
        reference,
        reverses: done.id,
      })
    await Promise.all([reverse(`${key}-back`), reverse(`${key}-back-2`)])
  }

  async #backOff(): Promise<void> {
    await sleep(backoffMs(this.#failures))
    this.#failures += 1
  }
}
