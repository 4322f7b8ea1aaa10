import { isAccountNumber } from '../../services/api/src/ledger/account-number.ts'

/** What somebody asks of the bank under a key. */
export type Request =
  | { kind: 'transfer'; customer: string; key: string; from: string; to: string; amount: number }
  | { kind: 'reversal'; customer: string; key: string; transfer: string }

/** What the bank answers: the id of the transfer that was booked, the code of a refusal, or an error. */
export interface Answer {
  transfer?: string
  refusal?: string
  /** The request makes no sense to the database; the api's schema lets none of these through. */
  error?: true
  replayed?: true
}

export interface ModelAccount {
  id: string
  number: string
  /** Nobody's: the bank's. */
  owner: string | null
  overdraft: boolean
  balance: bigint
}

interface ModelTransfer {
  id: string
  from: string
  to: string
  amount: bigint
  reverses: string | undefined
}

const MOST_A_BALANCE = BigInt(Number.MAX_SAFE_INTEGER)
const MOST_AN_AMOUNT = 2n ** 63n - 1n

const factsOf = ({ customer: _customer, key: _key, ...facts }: Request) => JSON.stringify(facts)
const keyOf = ({ customer, key }: Request) => `${customer} ${key}`

/** A bank in memory, for one request at a time: what the real one must be indistinguishable from. */
export class BankModel {
  readonly accounts: ModelAccount[]
  readonly transfers: ModelTransfer[] = []
  readonly #answers = new Map<string, { facts: string; answer: Answer }>()

  constructor(accounts: readonly ModelAccount[]) {
    this.accounts = accounts.map((account) => ({ ...account }))
  }

  clone(): BankModel {
    const copy = new BankModel(this.accounts)
    copy.transfers.push(...this.transfers)
    for (const [key, kept] of this.#answers) copy.#answers.set(key, kept)
    return copy
  }

  /** Whether there is an answer under the key. */
  knows(request: Request): boolean {
    return this.#answers.has(keyOf(request))
  }

  /**
   * Answers a request as the bank should, and does what it asks for.
   * @param id what a transfer that is booked is called
   */
  answer(request: Request, id: string): Answer {
    if (request.kind === 'transfer') {
      if (!isAccountNumber(request.to)) return { refusal: 'account_number_invalid' }
      if (!Number.isInteger(request.amount) || BigInt(request.amount) > MOST_AN_AMOUNT) return { error: true }
    }
    const known = this.#answers.get(keyOf(request))
    if (known && known.facts !== factsOf(request)) return { refusal: 'idempotency_key_reused' }
    if (known) return { ...known.answer, replayed: true }
    const answer =
      request.kind === 'transfer' ? this.#transfer(request, id) : this.#reverse(request.transfer, id)
    if (!answer.error) this.#answers.set(keyOf(request), { facts: factsOf(request), answer })
    return answer
  }

  /** Why money may not move, or undefined; on behalf of the bank if there is no customer. */
  decide(customer: string | undefined, from: string, to: string, amount: bigint): Answer | undefined {
    if (amount <= 0n) return { error: true }
    const payer = this.accounts.find(({ id }) => id === from)
    const payee = this.accounts.find(({ number }) => number === to)
    if (!payer || (customer !== undefined && payer.owner !== customer)) return { refusal: 'unknown_account' }
    if (!payee) return { refusal: 'unknown_account' }
    if (payer === payee) return { refusal: 'same_account' }
    if (payer.balance < amount && !payer.overdraft) return { refusal: 'insufficient_funds' }
    if (payee.balance + amount > MOST_A_BALANCE || payer.balance - amount < -MOST_A_BALANCE)
      return { refusal: 'balance_limit' }
    return undefined
  }

  #transfer({ customer, from, to, amount }: Request & { kind: 'transfer' }, id: string): Answer {
    return (
      this.decide(customer, from, to, BigInt(amount)) ??
      this.#book({ id, from, to: this.#byNumber(to).id, amount: BigInt(amount), reverses: undefined })
    )
  }

  #reverse(original: string, id: string): Answer {
    const transfer = this.transfers.find((candidate) => candidate.id === original)
    if (!transfer) return { refusal: 'unknown_transfer' }
    if (transfer.reverses !== undefined) return { refusal: 'not_reversible' }
    if (this.transfers.some(({ reverses }) => reverses === original)) return { refusal: 'already_reversed' }
    const { from, to, amount } = transfer
    const number = this.#byId(from).number
    return (
      this.decide(undefined, to, number, amount) ??
      this.#book({ id, from: to, to: from, amount, reverses: original })
    )
  }

  #book(transfer: ModelTransfer): Answer {
    this.#byId(transfer.from).balance -= transfer.amount
    this.#byId(transfer.to).balance += transfer.amount
    this.transfers.push(transfer)
    return { transfer: transfer.id }
  }

  #byId(wanted: string): ModelAccount {
    return this.accounts.find(({ id }) => id === wanted) ?? missing(wanted)
  }

  #byNumber(wanted: string): ModelAccount {
    return this.accounts.find(({ number }) => number === wanted) ?? missing(wanted)
  }
}

function missing(account: string): never {
  throw new Error(`the model has no account ${account}`)
}

/**
 * Finds an order of requests in which a bank that takes one at a time gives the answers that were given.
 * @returns the model after them, or undefined if no order explains the answers
 */
export function explain(
  model: BankModel,
  answered: readonly { request: Request; answer: Answer }[],
): BankModel | undefined {
  if (answered.length === 0) return model
  for (const [index, { request, answer }] of answered.entries()) {
    const rest = answered.toSpliced(index, 1)
    const next = model.clone()
    // Who is told that the same request is under way is told nothing of its outcome: somebody else must be.
    const waits = answer.refusal === 'idempotency_key_in_progress'
    if (
      waits
        ? !answered.some((other) => other.answer !== answer && keyOf(other.request) === keyOf(request))
        : !same(next.answer(request, answer.transfer ?? ''), answer)
    )
      continue
    const explained = explain(next, rest)
    if (explained) return explained
  }
  return undefined
}

const same = (one: Answer, other: Answer) =>
  one.transfer === other.transfer &&
  one.refusal === other.refusal &&
  one.error === other.error &&
  one.replayed === other.replayed
