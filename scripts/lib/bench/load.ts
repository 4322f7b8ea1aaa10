import { randomUUID } from 'node:crypto'
import autocannon from 'autocannon'
import { UserError } from '../errors.ts'
import { seededRandom } from '../seed/random.ts'
import { browserHeaders, type FrontDoor } from '../front-door.ts'
import type { Client } from './clients.ts'
import { quantile } from './measure.ts'

/** The share of requests that may be answered by anything but 201. */
const MOST_REFUSED = 0.001

/** Who pays whom: positions of clients. */
export type Pairs = () => { from: number; to: number; amount: number }

/** Pairs at random, each as likely. */
export function anyPairs(seed: string, clients: number): Pairs {
  const random = seededRandom(`transfers of ${seed}`)
  return () => {
    const from = random.below(clients)
    const to = (from + 1 + random.below(clients - 1)) % clients
    return { from, to, amount: 1 + random.below(100) }
  }
}

/** Pairs of which every other one has the first client in it, paying or paid. */
export function hotPairs(seed: string, clients: number): Pairs {
  const random = seededRandom(`hot transfers of ${seed}`)
  const others = anyPairs(seed, clients - 1)
  let index = 0
  return () => {
    const { from, to, amount } = others()
    index += 1
    if (index % 2 === 0) return { from: from + 1, to: to + 1, amount }
    return random.below(2) === 0 ? { from: 0, to: to + 1, amount } : { from: from + 1, to: 0, amount }
  }
}

/** What a load came to. */
export interface Load {
  /** Transfers booked in a second. */
  perSecond: number
  /** Milliseconds. */
  p50: number
  p95: number
  p99: number
}

/**
 * Sends transfers through the front door for some time, over so many connections that are kept alive, each of them
 * one after the other, each transfer under a key of its own.
 * @param options.warmUp whether it doesn't matter yet how many are booked
 * @throws UserError if the certificate isn't the bank's, or if more than one in a thousand was not booked
 */
export async function loadTransfers(
  door: FrontDoor,
  clients: readonly Client[],
  pairs: Pairs,
  options: { connections: number; seconds: number; warmUp?: boolean },
): Promise<Load> {
  const statuses = new Map<number, number>()
  const times: number[] = []
  const started = performance.now()
  const seen = { trusted: true, until: started }
  const run = autocannon({
    url: `https://${door.host}:${door.port}`,
    servername: door.name,
    // autocannon connects to anybody: whether the certificate was right is asked at each answer.
    tlsOptions: { ca: door.authority },
    connections: options.connections,
    duration: options.seconds,
    requests: [{ setupRequest: (request) => ({ ...request, ...transferRequest(door, clients, pairs()) }) }],
  })
  void run.on('response', ({ conn }, status, _bytes, milliseconds) => {
    seen.trusted &&= conn.authorized
    seen.until = performance.now()
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status === 201) times.push(milliseconds)
  })
  const { errors } = await run
  if (!seen.trusted)
    throw new UserError(`who answers as ${door.name} is not the bank: its certificate is another's`)
  if (!options.warmUp) requireBooked(statuses, errors)
  return {
    perSecond: times.length / ((seen.until - started) / 1000),
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
  }
}

function transferRequest(door: FrontDoor, clients: readonly Client[], pair: ReturnType<Pairs>) {
  const [from, to] = [clients[pair.from], clients[pair.to]]
  if (!from || !to) throw new RangeError('a pair without clients')
  return {
    method: 'POST',
    path: '/api/transfers',
    headers: {
      ...browserHeaders(door, from.sessionId),
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({
      fromAccountId: from.accountId,
      toAccountNumber: to.number,
      amount: pair.amount,
      reference: 'Bench',
    }),
  }
}

/** @throws UserError if more than one in a thousand requests was not booked */
export function requireBooked(statuses: ReadonlyMap<number, number>, errors: number): void {
  const booked = statuses.get(201) ?? 0
  const answered = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  const failed = answered - booked + errors
  if (booked > 0 && failed <= MOST_REFUSED * (answered + errors)) return
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`)
  if (errors > 0) counts.push(`${errors} × no answer`)
  throw new UserError(`transfers were not booked: ${counts.join(', ') || 'no answer at all'}`)
}
