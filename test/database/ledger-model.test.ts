import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { audit } from '../../scripts/lib/ledger/check.ts'
import { withCheckDigits } from '../../services/api/src/ledger/account-number.ts'
import { sqlOver } from '../support/audited-books.ts'
import { type Answer, BankModel, explain, type Request } from '../support/bank-model.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { openModelBank, type RealBank, type World } from '../support/model-bank.ts'
import type { Database } from '../support/scratch-postgres.ts'

const long = process.env['DWAY_LONG'] === '1'
const seed = Number(process.env['DWAY_MODEL_SEED'] ?? (long ? Date.now() % 2 ** 31 : 6))
const numRuns = long ? 400 : 20
/** The share of requests that must move money, or the run says little. */
const LEAST_ACCEPTED = 0.5

const UNKNOWN_NUMBER = withCheckDigits('99999999')
const WRONG_NUMBER = '2000000000'

let database: Database
let bank: RealBank
const answers = { booked: 0, all: 0, codes: new Set<string>() }

beforeAll(async () => {
  database = await freshDatabase('model')
  bank = await openModelBank(database)
})

/** What is true of the bank, and everything that has been asked of it. */
interface State {
  model: BankModel
  asked: Request[]
}

type Command = fc.AsyncCommand<State, World>

/** A transfer as it is generated: accounts by position, which may not be there or be somebody else's. */
interface Wish {
  from: number | 'unknown'
  /** How many accounts further than `from`; 0 is itself. */
  to: number | 'unknown' | 'wrong'
  amount: number
  foreign: boolean
}

const account = ({ accounts }: World, position: number) =>
  accounts[position % accounts.length] ?? expect.fail('no account')

function requestOf(wish: Wish, world: World): Request & { kind: 'transfer' } {
  const from = wish.from === 'unknown' ? 0 : wish.from
  const owner = account(world, from).owner ?? ''
  const others = world.customers.filter((customer) => customer !== owner)
  const to =
    wish.to === 'unknown'
      ? UNKNOWN_NUMBER
      : wish.to === 'wrong'
        ? WRONG_NUMBER
        : account(world, from + wish.to).number
  return {
    kind: 'transfer',
    customer: wish.foreign ? (others[0] ?? '') : owner,
    key: randomUUID(),
    from: wish.from === 'unknown' ? randomUUID() : account(world, from).id,
    to,
    amount: wish.amount,
  }
}

function note(answer: Answer): void {
  answers.all += 1
  if (answer.transfer !== undefined && !answer.replayed) answers.booked += 1
  answers.codes.add(answer.replayed ? 'replayed' : (answer.refusal ?? (answer.error ? 'error' : 'booked')))
}

async function sameBalances({ model }: State, world: World): Promise<void> {
  expect(await bank.balances(world)).toEqual(model.accounts.map(({ balance }) => balance))
}

/** Asks one thing, and expects the model's answer; what books nothing leaves no trace but the answer under its key. */
async function askAlone(state: State, world: World, request: Request): Promise<Answer> {
  const before = await bank.traces(request)
  const answer = await bank.ask(request)
  expect(answer).toEqual(state.model.answer(request, answer.transfer ?? ''))
  const after = await bank.traces(request)
  expect(after.kept).toBe(state.model.knows(request))
  if (answer.transfer === undefined || answer.replayed) expect(after.digest).toBe(before.digest)
  else expect(after.digest).not.toBe(before.digest)
  await sameBalances(state, world)
  state.asked.push(request)
  note(answer)
  return answer
}

/** A transfer by itself: its preview changes nothing and says what it will answer. */
class Transfer implements Command {
  readonly #wish: Wish
  constructor(wish: Wish) {
    this.#wish = wish
  }
  check = () => true
  async run(state: State, world: World): Promise<void> {
    const request = requestOf(this.#wish, world)
    const before = await bank.traces(request)
    const preview = await bank.preview(request)
    expect(await bank.traces(request)).toEqual(before)
    const answer = await askAlone(state, world, request)
    if (!('from' in preview)) {
      expect(preview).toEqual(answer)
      return
    }
    expect(answer.transfer).toBeDefined()
    const left = state.model.accounts.find(({ id }) => id === request.from)?.balance
    expect(BigInt(preview.from.balanceAfter)).toBe(left)
    const payee = state.model.accounts.find(({ number }) => number === request.to)
    expect(preview.to).toEqual({
      number: request.to,
      name: 'Somebody',
      own: payee?.owner === request.customer,
    })
  }
  toString = () => `transfer ${JSON.stringify(this.#wish)}`
}

/** A reversal of some transfer that there was, or of none. */
class Reversal implements Command {
  readonly #pick: number | undefined
  constructor(pick: number | undefined) {
    this.#pick = pick
  }
  check = ({ model }: State) => this.#pick === undefined || model.transfers.length > 0
  async run(state: State, world: World): Promise<void> {
    await askAlone(state, world, reversalOf(this.#pick, state, world))
  }
  toString = () => `reverse ${this.#pick ?? 'nothing'}`
}

function reversalOf(pick: number | undefined, { model }: State, { operator }: World): Request {
  const transfer = pick === undefined ? undefined : model.transfers[pick % model.transfers.length]
  return { kind: 'reversal', customer: operator, key: randomUUID(), transfer: transfer?.id ?? randomUUID() }
}

/** An earlier request again: the same, another under its key, or somebody else's under the same key. */
class Again implements Command {
  readonly #pick: number
  readonly #how: 'same' | 'other' | 'stranger'
  constructor(pick: number, how: 'same' | 'other' | 'stranger') {
    this.#pick = pick
    this.#how = how
  }
  check = ({ asked }: State) => asked.length > 0
  async run(state: State, world: World): Promise<void> {
    const earlier = state.asked[this.#pick % state.asked.length] ?? expect.fail('nothing was asked')
    await askAlone(state, world, this.#changed(earlier, world))
  }
  #changed(earlier: Request, world: World): Request {
    if (this.#how === 'same') return earlier
    if (earlier.kind === 'reversal')
      return this.#how === 'other'
        ? { ...earlier, transfer: randomUUID() }
        : { ...earlier, key: randomUUID() }
    if (this.#how === 'other') return { ...earlier, amount: 1 + Math.abs(earlier.amount % 100) }
    const stranger = world.customers.find((customer) => customer !== earlier.customer) ?? ''
    const own = world.accounts.find(({ owner }) => owner === stranger)
    return { ...earlier, customer: stranger, from: own?.id ?? '' }
  }
  toString = () => `again ${this.#pick} (${this.#how})`
}

type Part = { wish: Wish } | { reverse: number } | { repeat: number }

/** Requests at the same time: some order of them must explain all answers. */
class AtOnce implements Command {
  readonly #parts: readonly Part[]
  constructor(parts: readonly Part[]) {
    this.#parts = parts
  }
  check = () => true
  async run(state: State, world: World): Promise<void> {
    const requests: Request[] = []
    for (const part of this.#parts) {
      if ('wish' in part) requests.push(requestOf(part.wish, world))
      else if ('reverse' in part && state.model.transfers.length > 0)
        requests.push(reversalOf(part.reverse, state, world))
      else if ('repeat' in part && requests.length > 0)
        requests.push(requests[part.repeat % requests.length] ?? expect.fail('nothing to repeat'))
    }
    const answered = await Promise.all(
      requests.map(async (request) => ({ request, answer: await bank.ask(request) })),
    )
    const explained = explain(state.model, answered)
    if (!explained) expect.fail(`no order explains ${JSON.stringify(answered)}`)
    state.model = explained
    await sameBalances(state, world)
    for (const { answer } of answered) note(answer)
    // All are decided now, also what was said to be under way.
    for (const request of requests) {
      const answer = await bank.ask(request)
      expect(answer).toEqual(state.model.answer(request, answer.transfer ?? ''))
    }
    await sameBalances(state, world)
    state.asked.push(...requests)
  }
  toString = () => `at once ${JSON.stringify(this.#parts)}`
}

const amount = fc.oneof(
  { weight: 14, arbitrary: fc.integer({ min: 1, max: 300 }) },
  { weight: 3, arbitrary: fc.integer({ min: 300, max: 3000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, -300) },
  { weight: 1, arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, 2 ** 53, 2 ** 63, 1e21, 0.5) },
)

const wish: fc.Arbitrary<Wish> = fc.record({
  from: fc.oneof(
    { weight: 20, arbitrary: fc.nat(4) },
    { weight: 1, arbitrary: fc.constant('unknown' as const) },
  ),
  to: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constantFrom('unknown' as const, 'wrong' as const) },
  ),
  amount,
  foreign: fc.nat(19).map((number) => number === 0),
})

/** Everybody pays the next one, in both directions: who locks in the order of asking deadlocks here. */
const ring: fc.Arbitrary<Part[]> = fc
  .record({ amount: fc.integer({ min: 1, max: 400 }), size: fc.integer({ min: 2, max: 4 }) })
  .map(({ amount: each, size }) =>
    Array.from({ length: size }, (_, from) =>
      [1, 4].map((to) => ({ wish: { from, to, amount: each, foreign: false } })),
    ).flat(),
  )

const crowd: fc.Arbitrary<Part[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ wish }) },
    { weight: 1, arbitrary: fc.record({ reverse: fc.nat(99) }) },
    { weight: 2, arbitrary: fc.record({ repeat: fc.nat(9) }) },
  ),
  { minLength: 2, maxLength: 7 },
)

const commands = fc.commands(
  [
    wish.map((each) => new Transfer(each)),
    wish.map((each) => new Transfer(each)),
    fc.nat(99).map((pick) => new Reversal(pick)),
    fc
      .oneof({ weight: 3, arbitrary: fc.nat(99) }, { weight: 1, arbitrary: fc.constant(undefined) })
      .map((pick) => new Reversal(pick)),
    fc
      .tuple(fc.nat(99), fc.constantFrom('same', 'other', 'stranger'))
      .map(([pick, how]) => new Again(pick, how)),
    crowd.map((parts) => new AtOnce(parts)),
    ring.map((parts) => new AtOnce(parts)),
  ],
  { maxCommands: 30, size: 'max' },
)

it(
  'the bank answers, and keeps, what a bank in memory does that takes one request at a time',
  async () => {
    const property = fc.asyncProperty(commands, (all) =>
      fc.asyncModelRun(async () => {
        const world = await bank.newWorld()
        return { model: { model: new BankModel(world.accounts), asked: [] }, real: world }
      }, all),
    )
    await fc.assert(property, { seed, numRuns, verbose: fc.VerbosityLevel.Verbose })

    const share = answers.booked / answers.all
    console.log(`DWAY_MODEL_SEED=${seed}: ${answers.booked} of ${answers.all} requests were booked`)
    expect(share).toBeGreaterThanOrEqual(LEAST_ACCEPTED)
    const kinds = [...answers.codes].filter((code) => code !== 'idempotency_key_in_progress').sort()
    expect(kinds).toEqual([
      'account_number_invalid',
      'already_reversed',
      'balance_limit',
      'booked',
      'error',
      'idempotency_key_reused',
      'insufficient_funds',
      'not_reversible',
      'replayed',
      'same_account',
      'unknown_account',
      'unknown_transfer',
    ])
    await bank.close()
    const statistics = 'select deadlocks from pg_stat_database where datname = current_database()'
    expect(await sqlOver(database.as('dwaybank'))(statistics)).toBe('0')
    const { checks } = await audit(sqlOver(database.as('dwaybank')))
    expect(checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
  },
  long ? 1_800_000 : 300_000,
)
