import { isSettled, keysOf, type KeyRecord, type Violation } from './check.ts'
import type { Event } from './history.ts'
import type { Settled } from './run.ts'

/** What a run came to, in numbers. */
export interface Figures {
  /** Keys, each of them a transfer that a client wanted; those that take one back are counted apart. */
  transfers: number
  reversals: { sent: number; acknowledged: number }
  /** For transfers and reversals alike, as are those without an answer, the unknown and the replayed. */
  requests: number
  acknowledged: number
  refused: Record<string, number>
  /** Requests without a known outcome, by what was seen instead. */
  unanswered: Record<string, number>
  /** Keys that were still unknown when the clients had ended, and how they were settled. */
  unknown: number
  settled: Settled
  replayed: number
  kills: Record<string, number>
  longestOutageMs: number
  reads: Record<string, number>
  /** Sessions that were gone, so that a customer had to log in again. */
  loginsAgain: number
  seconds: number
  perSecond: number
}

function count(words: Iterable<string>): Record<string, number> {
  const counted: Record<string, number> = {}
  for (const word of words) counted[word] = (counted[word] ?? 0) + 1
  return counted
}

/** The keys of transfers, and those that take one back. */
function apart(keys: readonly KeyRecord[]): [KeyRecord[], KeyRecord[]] {
  const { transfers = [], reversals = [] } = Object.groupBy(keys, ({ request }) =>
    request.reverses === undefined ? 'transfers' : 'reversals',
  )
  return [transfers, reversals]
}

const acknowledgedOf = (keys: readonly KeyRecord[]) =>
  keys.filter(({ acknowledged }) => acknowledged.length > 0).length

/** Counts what a history holds. */
export function figuresOf(history: readonly Event[], settled: Settled, seconds: number): Figures {
  const of = <Op extends Event['op']>(op: Op) =>
    history.filter((event): event is Extract<Event, { op: Op }> => event.op === op)
  const [keys, reversals] = apart([...keysOf(history).values()])
  const acknowledged = acknowledgedOf(keys)
  const kills = of('kill')
  return {
    transfers: keys.length,
    reversals: { sent: reversals.length, acknowledged: acknowledgedOf(reversals) },
    requests: of('invoke').length,
    acknowledged,
    refused: count(
      keys
        .filter((record) => record.acknowledged.length === 0 && isSettled(record))
        .map(({ refusals }) => refusals[0]?.code ?? ''),
    ),
    unanswered: count(of('info').map(({ reason }) => reason)),
    unknown: settled.applied + settled.appliedNow + settled.refused + settled.unknown,
    settled,
    replayed: of('ok').filter(({ replayed }) => replayed).length,
    kills: count(kills.map(({ victim }) => victim)),
    longestOutageMs: Math.max(0, ...kills.map(({ outageMs }) => outageMs)),
    reads: count(of('read').map(({ reader }) => reader)),
    loginsAgain: of('session').length,
    seconds: Math.round(seconds),
    perSecond: Math.round(acknowledged / seconds),
  }
}

/** The least share of transfers that must have been acknowledged, or nothing was shown. */
export const LEAST_SHARE = 0.5
/** The least share of reversals: of two asked for at once one is done, unless the money is gone. */
const LEAST_REVERSED = 0.25
/** From so many reversals on, that share tells something; of fewer, one must have been done. */
const MANY_REVERSALS = 20
/** The least number of reads of each kind. */
const LEAST_READS: Record<string, number> = { accounts: 20, entries: 20, total: 2 }

/** Why a run shows nothing, even without a violation. */
export function doubts(
  { transfers, reversals, acknowledged, kills, reads, settled }: Figures,
  wanted: { transfers: number; kills: number },
): string[] {
  const found: string[] = []
  const killed = Object.values(kills).reduce((sum, number) => sum + number, 0)
  if (transfers < wanted.transfers) found.push(`only ${transfers} of ${wanted.transfers} transfers were sent`)
  if (acknowledged < transfers * LEAST_SHARE)
    found.push(
      `only ${acknowledged} of ${transfers} transfers were acknowledged, less than ${LEAST_SHARE * 100} %`,
    )
  const leastReversed = reversals.sent < MANY_REVERSALS ? 1 : reversals.sent * LEAST_REVERSED
  if (reversals.sent > 0 && reversals.acknowledged < leastReversed)
    found.push(`only ${reversals.acknowledged} of ${reversals.sent} reversals were acknowledged`)
  if (killed < wanted.kills) found.push(`only ${killed} of ${wanted.kills} kills were carried out`)
  if (settled.unknown > 0) found.push(`${settled.unknown} outcomes could not be settled`)
  for (const [reader, least] of Object.entries(LEAST_READS))
    if ((reads[reader] ?? 0) < least)
      found.push(`only ${reads[reader] ?? 0} reads of ${reader}, not ${least}`)
  return found
}

export type Verdict = 'passed' | 'failed' | 'could not verify'

/** What a run says about the bank. */
export function verdictOf(violations: readonly Violation[], doubted: readonly string[]): Verdict {
  if (violations.some(({ kind }) => kind !== 'unsettled')) return 'failed'
  return doubted.length > 0 || violations.length > 0 ? 'could not verify' : 'passed'
}
