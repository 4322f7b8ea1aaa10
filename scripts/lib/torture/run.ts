import { setTimeout as sleep } from 'node:timers/promises'
import { runPsql } from '../database.ts'
import { UserError } from '../errors.ts'
import { seededRandom } from '../seed/random.ts'
import type { Progress } from '../steps.ts'
import { keysOf, isSettled } from './check.ts'
import { Customer } from './customer.ts'
import type { HttpsClient } from '../https-client.ts'
import { Gate } from './gate.ts'
import type { History } from './history.ts'
import { kill, reachAgain, type Victim } from './nemesis.ts'
import { startReaders } from './readers.ts'
import { askerOf, Client, send, type Cast, type TestAccount } from './transfers.ts'
import { CLOSED, OPEN, operation, OWN } from './world.ts'

/** What a run is told. */
export interface Plan {
  run: string
  seed: number
  transfers: number
  victims: readonly Victim[]
  clients: number
  signal: AbortSignal
}

/** Registers the customers of a run, each by the API with a session of their own, and makes one of them an operator. */
export async function makeCast(door: HttpsClient, history: History, run: string): Promise<Cast> {
  const accounts: TestAccount[] = []
  for (let index = 0; index < OPEN + CLOSED; index += 1) {
    const customer = await Customer.of(door, history, run, `customer-${index + 1}`)
    if (index >= OPEN)
      for (let more = 1; more < OWN; more += 1) await customer.openAccount(`Account ${more + 1}`)
    accounts.push(...(await customer.accounts()).map((account) => ({ ...account, customer })))
  }
  const operator = await Customer.of(door, history, run, 'operator')
  await runPsql(
    'there is no operator',
    `update customers set role = 'operator' where email = '${operator.email}';\n`,
  )
  // A role takes effect with the next login.
  await operator.logIn()
  return { accounts, operator }
}

/** How long the bank may be away after a kill. */
const OUTAGE_MS = 300_000
/** How long the transfers may take to the next kill. */
const STRETCH_MS = 600_000
/** So many answers in a row are taken for "it is back". */
const ANSWERS = 3

/**
 * Waits until the front door serves again, down to both stores.
 * @returns when it did so first
 * @throws UserError if that takes too long
 */
async function untilServed(door: Customer, signal: AbortSignal): Promise<number> {
  const deadline = performance.now() + OUTAGE_MS
  let answers = 0
  let first = 0
  while (answers < ANSWERS) {
    signal.throwIfAborted()
    const answer = await door.ask('/accounts', { timeoutMs: 2000 }).catch(() => undefined)
    if (answer?.status === 200) {
      if (answers === 0) first = performance.now()
      answers += 1
    } else answers = 0
    if (performance.now() > deadline) throw new UserError(`the bank is not back after ${OUTAGE_MS / 1000} s`)
    await sleep(100)
  }
  return first
}

/** Kills one victim in each stretch of the transfers, and waits until the bank is back. */
async function killAll(
  plan: Plan,
  gate: Gate,
  history: History,
  probe: Customer,
  progress: Progress,
): Promise<void> {
  const random = seededRandom(`moments ${plan.seed}`)
  for (const [stretch, victim] of plan.victims.entries()) {
    const begin = stretch === 0 ? 0 : gate.endOf(stretch - 1)
    const moment = begin + Math.floor((gate.endOf(stretch) - begin) * (0.1 + random.below(500) / 1000))
    const deadline = performance.now() + STRETCH_MS
    while (gate.sent < moment) {
      plan.signal.throwIfAborted()
      if (gate.closed) return
      if (performance.now() > deadline)
        throw new UserError(`the transfers came to a standstill at ${gate.sent}`)
      await sleep(20)
    }
    const { name, at } = await kill(victim, (limit) => random.below(Math.max(limit, 1)))
    const back = await untilServed(probe, plan.signal)
    if (victim === 'node') await reachAgain()
    history.add({ op: 'kill', victim, killed: history.timeOf(at), outageMs: Math.round(back - at) })
    progress.happened(
      `${gate.sent.toLocaleString('en')} sent: ${name} killed, the front door served again ${((back - at) / 1000).toFixed(1)} s later`,
    )
    gate.open()
  }
}

/**
 * Sends the transfers from clients side by side while readers read and victims are killed.
 * @throws UserError if a kill could not be carried out or the bank didn't come back
 */
export async function runTransfers(
  plan: Plan,
  history: History,
  cast: Cast,
  progress: Progress,
): Promise<void> {
  const { accounts, operator } = cast
  const gate = new Gate(plan.transfers, plan.victims.length)
  let done = false
  const close = () => gate.close()
  plan.signal.addEventListener('abort', close)
  const tell = setInterval(
    () => progress.now(`${gate.sent.toLocaleString('en')} of ${plan.transfers.toLocaleString('en')} sent`),
    500,
  )
  const client = async () => {
    const worker = new Client(history, cast, plan.run)
    for (;;) {
      const number = await gate.next()
      if (number === undefined) return
      await worker.carryOut(number, operation(plan.seed, number))
    }
  }
  const readers = startReaders(history, accounts, () => done)
  try {
    const clients = Promise.all(Array.from({ length: plan.clients }, client))
    const nemesis = killAll(plan, gate, history, operator, progress)
    // Whoever fails ends the others, and is heard first.
    for (const work of [clients, nemesis]) work.catch(close)
    const [nemesisEnd, clientsEnd] = await Promise.allSettled([nemesis, clients])
    plan.signal.throwIfAborted()
    for (const end of [clientsEnd, nemesisEnd]) if (end.status === 'rejected') throw end.reason
  } finally {
    done = true
    clearInterval(tell)
    plan.signal.removeEventListener('abort', close)
    await readers
  }
}

/** How unknown outcomes ended when they were asked for again. */
export interface Settled {
  /** It had been done before, and the bank said so. */
  applied: number
  /** It had not been done, and was now. */
  appliedNow: number
  refused: number
  unknown: number
}

const TRIES = 30

/** Asks for every unknown outcome again with its key. */
export async function settle(plan: Plan, history: History, cast: Cast, progress: Progress): Promise<Settled> {
  const open = [...keysOf(history.events).values()].filter((record) => !isSettled(record))
  const total = open.length
  const work = async () => {
    for (let record = open.pop(); record; record = open.pop()) {
      const customer = askerOf(cast, record.request)
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        plan.signal.throwIfAborted()
        if ((await send(history, customer, record.key, record.request)) !== 'unknown') break
        await sleep(Math.min(2000, 100 * 2 ** attempt))
      }
      progress.now(`${total - open.length} of ${total}`)
    }
  }
  const asked = open.map(({ key }) => key)
  await Promise.all(Array.from({ length: plan.clients }, work))
  return countSettled(history, asked)
}

function countSettled(history: History, asked: readonly string[]): Settled {
  const counted: Settled = { applied: 0, appliedNow: 0, refused: 0, unknown: 0 }
  const keys = keysOf(history.events)
  for (const key of asked) {
    const record = keys.get(key)
    const [first] = record?.acknowledged ?? []
    if (first) counted[first.replayed ? 'applied' : 'appliedNow'] += 1
    else if (record?.refusals.length) counted.refused += 1
    else counted.unknown += 1
  }
  return counted
}
