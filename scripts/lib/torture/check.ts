import type { RefusalCode } from '../../../services/api/src/errors.ts'
import type { Event, Fail, Invoked, Ok } from './history.ts'

/** A transfer as the database has it. */
export interface BookedTransfer {
  id: string
  reference: string
  fromAccountId: string
  toAccountId: string
  amount: number
  entries: { accountId: string; amount: number }[]
}

/** An account of the test as the database has it. */
export interface BookedAccount {
  id: string
  number: string
  /** Its balance before the first transfer of the run. */
  start: number
  balance: number
  /** The sum of its entries. */
  posted: number
  /** The lowest balance after any of its entries. */
  lowest: number
}

/** What the database says when all is over. */
export interface Facts {
  /** Every transfer from or to an account of the test since the run began. */
  transfers: BookedTransfer[]
  accounts: BookedAccount[]
  /** What the ledger's own check complains about. */
  ledger: string[]
}

export const violationKinds = [
  'lost',
  'doubled',
  'altered',
  'refused but applied',
  'answer changed',
  'wrong replay',
  'key reused',
  'never asked for',
  'entries',
  'balance',
  'overdraft',
  'wrong read',
  'session lost',
  'outside the document',
  'ledger',
  'unsettled',
] as const
export type ViolationKind = (typeof violationKinds)[number]

/** Something that must not have happened. */
export interface Violation {
  kind: ViolationKind
  what: string
  /** The idempotency key that it happened to, if it was one. */
  key?: string
}

/** What became of one key, as its client knows it. */
export interface KeyRecord {
  key: string
  /** The first request that was sent with it. */
  request: Invoked['request']
  acknowledged: Ok[]
  /** Refusals that are the key's outcome. */
  refusals: Pick<Fail, 'code' | 'replayed'>[]
  /** Answers to a request with another body that were not the refusal they must be. */
  wrongReuse: string[]
  /** Attempts by which the key may have been decided: the first answer to it, or none that anybody saw. */
  mayHaveDecided: Set<number>
  /** The attempts that may have done so before an answer was said to be given again, as far as was known then. */
  beforeReplay?: number[]
}

/** The refusals that the database keeps with the key; it keeps no other. */
const KEPT: ReadonlySet<string> = new Set<RefusalCode>([
  'unknown_account',
  'same_account',
  'currency_mismatch',
  'insufficient_funds',
  'balance_limit',
  'unknown_transfer',
  'not_reversible',
  'own_transfer',
  'already_reversed',
])

/** A Redis that is killed may lose what it was told in its last second. */
const SESSION_GRACE_MS = 2000
/** Whose death is that of Redis. */
const WITH_REDIS: ReadonlySet<string> = new Set(['redis', 'node'])

/** The record by key, in the order in which keys were first sent. */
export function keysOf(history: readonly Event[]): Map<string, KeyRecord> {
  const keys = new Map<string, KeyRecord>()
  const others = new Set<number>()
  for (const event of history) {
    if (event.op === 'invoke') {
      const record = keys.get(event.key) ?? newRecord(event)
      if (event.other) others.add(event.attempt)
      else record.mayHaveDecided.add(event.attempt)
      keys.set(event.key, record)
      continue
    }
    if (event.op !== 'ok' && event.op !== 'fail') continue
    const record = keys.get(event.key)
    if (!record) continue
    if (event.replayed || (event.op === 'fail' && !KEPT.has(event.code)))
      record.mayHaveDecided.delete(event.attempt)
    if (event.replayed) record.beforeReplay ??= [...record.mayHaveDecided]
    if (others.has(event.attempt)) {
      if (event.op === 'ok') record.wrongReuse.push(`201 ${event.transfer.id}`)
      else if (event.decided && event.code !== 'idempotency_key_reused') record.wrongReuse.push(event.code)
    } else if (event.op === 'ok') record.acknowledged.push(event)
    else if (event.decided) record.refusals.push(event)
  }
  return keys
}

const newRecord = ({ key, request }: Invoked): KeyRecord => ({
  key,
  request,
  acknowledged: [],
  refusals: [],
  wrongReuse: [],
  mayHaveDecided: new Set(),
})

/** Whether a key's outcome is known. */
export const isSettled = ({ acknowledged, refusals }: KeyRecord) => acknowledged.length + refusals.length > 0

/** Everything that one key said, in the order in which it was said. */
export function historyOf(history: readonly Event[], key: string): Event[] {
  return history.filter((event) => 'key' in event && event.key === key)
}

/**
 * Compares what clients were told with what the database has.
 * @returns what must not have happened; nothing of it is known to be all right if this is all that was looked at
 */
export function check(history: readonly Event[], facts: Facts): Violation[] {
  const keys = keysOf(history)
  return [
    ...checkKeys(keys, facts),
    ...checkReversals(keys),
    ...checkTransfers(keys, facts),
    ...checkBalances(keys, facts),
    ...checkEvents(history),
    ...facts.ledger.map((what): Violation => ({ kind: 'ledger', what })),
  ]
}

function* checkKeys(
  keys: ReadonlyMap<string, KeyRecord>,
  { transfers, accounts }: Facts,
): Generator<Violation> {
  const byReference = Map.groupBy(transfers, ({ reference }) => reference)
  const byId = new Map(transfers.map((transfer) => [transfer.id, transfer]))
  const numbers = new Map(accounts.map(({ number, id }) => [number, id]))
  for (const record of keys.values()) {
    const { key, request, acknowledged, refusals, wrongReuse, mayHaveDecided, beforeReplay } = record
    const say = (kind: ViolationKind, what: string): Violation => ({ kind, what, key })
    const booked = byReference.get(request.reference) ?? []
    const ids = new Set(acknowledged.map(({ transfer }) => transfer.id))
    for (const id of ids) {
      const found = byId.get(id)
      if (!found) yield say('lost', `transfer ${id} was acknowledged and is not in the database`)
      else if (
        found.amount !== request.amount ||
        found.fromAccountId !== request.fromAccountId ||
        found.toAccountId !== numbers.get(request.toAccountNumber) ||
        found.reference !== request.reference
      )
        yield say('altered', `transfer ${id} is in the database, but not as it was asked for`)
    }
    for (const { transfer } of acknowledged) {
      if (transfer.amount === request.amount && transfer.to === request.toAccountNumber) continue
      yield say('altered', `transfer ${transfer.id} was acknowledged, but not as it was asked for`)
      break
    }
    if (booked.length > 1) yield say('doubled', `it is in the database ${booked.length} times`)
    if (ids.size === 0 && refusals.length > 0 && booked.length > 0)
      yield say('refused but applied', `it was refused (${refusals[0]?.code ?? ''}) and is in the database`)
    const codes = refusals.map(({ code }) => code)
    const answers = [...new Set([...[...ids].map((id) => `transfer ${id}`), ...codes])]
    if (answers.length > 1) yield say('answer changed', `it was answered by ${answers.join(' and by ')}`)
    const kept = [...acknowledged, ...refusals.filter(({ code }) => KEPT.has(code))]
    const first = kept.filter(({ replayed }) => !replayed).length
    if (first > 1) yield say('wrong replay', `${first} answers were said to be the first`)
    if (beforeReplay && !beforeReplay.some((attempt) => mayHaveDecided.has(attempt)))
      yield say('wrong replay', 'an answer was said to be given again that nobody can have got before')
    if (wrongReuse.length > 0)
      yield say('key reused', `another request with it was answered by ${wrongReuse.join(', ')}`)
    if (!isSettled(record)) yield say('unsettled', 'nobody ever learnt what became of it')
  }
}

/** Of the keys by which a transfer was to be taken back, one at most may have done it. */
function* checkReversals(keys: ReadonlyMap<string, KeyRecord>): Generator<Violation> {
  const done = [...keys.values()].filter(
    ({ request, acknowledged }) => request.reverses !== undefined && acknowledged.length > 0,
  )
  for (const [id, records] of Map.groupBy(done, ({ request }) => request.reverses)) {
    const [first, second] = records
    if (first && second)
      yield {
        kind: 'doubled',
        key: first.key,
        what: `transfer ${id ?? ''} was taken back, also by ${second.key}`,
      }
  }
}

function* checkTransfers(keys: ReadonlyMap<string, KeyRecord>, { transfers }: Facts): Generator<Violation> {
  for (const { id, reference, fromAccountId, toAccountId, amount, entries } of transfers) {
    // The reference of a transfer is its key.
    if (!keys.has(reference)) yield { kind: 'never asked for', what: `transfer ${id} (${reference})` }
    const sum = (accountId: string) =>
      entries.reduce((total, entry) => total + (entry.accountId === accountId ? entry.amount : 0), 0)
    if (entries.length !== 2 || sum(fromAccountId) !== -amount || sum(toAccountId) !== amount)
      yield { kind: 'entries', what: `transfer ${id} of ${amount} has other entries`, key: reference }
  }
}

function* checkBalances(keys: ReadonlyMap<string, KeyRecord>, { accounts }: Facts): Generator<Violation> {
  const numbers = new Map(accounts.map(({ number, id }) => [number, id]))
  const effects = new Map<string, number>()
  const move = (account: string | undefined, amount: number) => {
    if (account !== undefined) effects.set(account, (effects.get(account) ?? 0) + amount)
  }
  for (const { request, acknowledged } of keys.values()) {
    if (acknowledged.length === 0) continue
    move(request.fromAccountId, -request.amount)
    move(numbers.get(request.toAccountNumber), request.amount)
  }
  for (const { id, number, start, balance, posted, lowest } of accounts) {
    const expected = start + (effects.get(id) ?? 0)
    if (balance !== expected)
      yield {
        kind: 'balance',
        what: `account ${number} has ${balance}, but what its clients know makes ${expected}`,
      }
    if (posted !== balance)
      yield { kind: 'balance', what: `account ${number} has ${balance}, but its entries sum to ${posted}` }
    if (lowest < 0 || balance < 0)
      yield { kind: 'overdraft', what: `account ${number} was at ${Math.min(lowest, balance)}` }
  }
}

function* checkEvents(history: readonly Event[]): Generator<Violation> {
  const kills = history.filter((event) => event.op === 'kill').filter(({ victim }) => WITH_REDIS.has(victim))
  // Until the front door serves again, nobody knows exactly when it died.
  const mayGo = (opened: number) =>
    kills.some((kill) => opened >= kill.killed - SESSION_GRACE_MS && opened <= kill.killed + kill.outageMs)
  for (const event of history) {
    if (event.op === 'read' && event.wrong !== undefined)
      yield { kind: 'wrong read', what: `${event.reader} at ${event.at} ms: ${event.wrong}` }
    if (event.op === 'undocumented')
      yield {
        kind: 'outside the document',
        what: `${event.asked} was answered by ${event.status} at ${event.at} ms: ${event.wrong}`,
        ...(event.key !== undefined && { key: event.key }),
      }
    if (event.op === 'session' && !mayGo(event.opened))
      yield {
        kind: 'session lost',
        what: `${event.customer}'s session of ${event.opened} ms was gone at ${event.at} ms`,
      }
  }
}
