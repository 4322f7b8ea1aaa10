import type { Progress } from '../steps.ts'
import type { Client } from './clients.ts'
import type { FrontDoor } from '../front-door.ts'
import { table } from '../table.ts'

/** What a run of the benchmark is about. */
export interface Run {
  /** What the random choices are derived from. */
  seed: string
  /** How long the load on the api's memory lasts. */
  minutes: number
  door: FrontDoor
  /** Everybody that the benchmark has logged in, by position. */
  clients: readonly Client[]
}

/** What was measured, held against its goal. */
export interface Finding {
  measure: string
  goal: string
  /** The figures behind the ratio. */
  result: string
  ratio: number
  met: boolean
}

export type Measure = (run: Run, progress: Progress) => Promise<Finding[]>

/** The middle value; of an even number of values the upper one of the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which that share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/**
 * Measures two ways in turns, so that whatever the machine does meanwhile meets both; the way that comes first in one
 * turn comes second in the next, so that what grows meanwhile does too.
 */
export async function inTurns<A, B>(
  times: number,
  first: (turn: number) => Promise<A>,
  second: (turn: number) => Promise<B>,
): Promise<{ first: A[]; second: B[] }> {
  const results: { first: A[]; second: B[] } = { first: [], second: [] }
  for (let turn = 0; turn < times; turn += 1) {
    const ways = [
      async () => void results.first.push(await first(turn)),
      async () => void results.second.push(await second(turn)),
    ]
    for (const measure of turn % 2 === 0 ? ways : ways.toReversed()) await measure()
  }
  return results
}

/** A number as people read it: no more than three digits behind the point, and none above a hundred. */
export function rounded(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}

/** Prints what was measured, and sets the exit code to 1 unless all was, and every goal met. */
export function printFindings(
  findings: readonly Finding[],
  failures: readonly string[],
  json: boolean,
): void {
  if (json) console.log(JSON.stringify({ findings, failures }, null, 2))
  else console.log(tableOf(findings))
  for (const failure of failures) console.error(`  ✗ ${failure}`)
  if (failures.length > 0 || findings.some(({ met }) => !met)) process.exitCode = 1
}

function tableOf(findings: readonly Finding[]): string {
  const rows = findings.map(({ measure, goal, result, ratio, met }) => [
    ...[measure, goal, rounded(ratio), met ? 'met' : 'missed', result],
  ])
  return table([['measure', 'goal', 'ratio', '', 'figures'], ...rows], [2])
}
