import { historyOf, type Violation } from './check.ts'
import { faults, type FaultName } from './faults.ts'
import type { Figures, Verdict } from './figures.ts'
import type { Event } from './history.ts'

/** What a run came to. */
export interface Result {
  run: string
  seed: number
  /** Where the record is. */
  file: string
  fault: FaultName | undefined
  verdict: Verdict
  /** Why it shows nothing, if it doesn't. */
  doubts: string[]
  violations: Violation[]
  figures: Figures
}

/** How many lines of a key's history are shown. */
const SHOWN = 20

const counts = (counted: Record<string, number>) =>
  Object.entries(counted)
    .map(([word, number]) => `${number.toLocaleString('en')} ${word}`)
    .join(', ') || 'none'

/** The figures of a result, for people. */
export function figureLines({ seed, file, figures }: Pick<Result, 'seed' | 'file' | 'figures'>): string[] {
  const { settled } = figures
  const refused = Object.values(figures.refused).reduce((sum, number) => sum + number, 0)
  return [
    `${figures.transfers.toLocaleString('en')} transfers and ${figures.reversals.sent.toLocaleString('en')} reversals in ${figures.requests.toLocaleString('en')} requests`,
    `transfers: ${figures.acknowledged.toLocaleString('en')} acknowledged, ${refused.toLocaleString('en')} refused (${counts(figures.refused)})`,
    `reversals: ${figures.reversals.acknowledged.toLocaleString('en')} acknowledged, of two for each transfer that was to be taken back`,
    `unknown at the end: ${figures.unknown}; asked again, ${settled.applied} had been done, ${settled.appliedNow} had not and are now, ${settled.refused} were refused, ${settled.unknown} stay unknown`,
    `requests without an outcome: ${counts(figures.unanswered)}`,
    `first answers given again: ${figures.replayed.toLocaleString('en')}`,
    `kills: ${counts(figures.kills)}; longest outage ${(figures.longestOutageMs / 1000).toFixed(1)} s`,
    `reads: ${counts(figures.reads)}; logins again: ${figures.loginsAgain}`,
    `${figures.seconds} s, ${figures.perSecond} acknowledged transfers a second; seed ${seed}; the record: ${file}`,
  ]
}

function violationLines(violations: readonly Violation[], history: readonly Event[]): string[] {
  const [first] = violations
  if (!first) return []
  const byKind = Object.fromEntries(
    [...Map.groupBy(violations, ({ kind }) => kind)].map(([kind, found]) => [kind, found.length]),
  )
  const lines = [`found: ${counts(byKind)}`, `first: ${first.kind}: ${first.key ?? ''} ${first.what}`]
  if (first.key !== undefined)
    for (const event of historyOf(history, first.key).slice(0, SHOWN))
      lines.push(`    ${JSON.stringify(event)}`)
  return lines
}

/**
 * Whether a planted fault was found as what it is; without one, whether the run passed.
 * @returns why not, or undefined
 */
export function shortfall({ fault, verdict, violations, doubts }: Result): string | undefined {
  if (fault === undefined) {
    if (verdict === 'passed') return undefined
    if (verdict === 'failed') return 'the bank broke a promise'
    return `could not verify: ${doubts.join('; ')}`
  }
  const { found } = faults[fault]
  if (violations.some(({ kind }) => kind === found)) return undefined
  return `the planted fault '${fault}' was not found as '${found}'`
}

/** Prints a result for people or as JSON, and sets the exit code to 1 unless it is as it must be. */
export function printResult(result: Result, history: readonly Event[], json: boolean): void {
  const missing = shortfall(result)
  const { fault, violations } = result
  if (missing !== undefined) process.exitCode = 1
  const [first] = violations
  if (json) {
    const counted = counts(
      Object.fromEntries([...Map.groupBy(violations, ({ kind }) => kind)].map(([k, v]) => [k, v.length])),
    )
    const firstHistory = first?.key === undefined ? [] : historyOf(history, first.key)
    const kept = violations.slice(0, 100)
    console.log(
      JSON.stringify(
        { passed: missing === undefined, ...result, violations: kept, counted, firstHistory },
        null,
        2,
      ),
    )
    return
  }
  for (const line of figureLines(result)) console.log(`  ${line}`)
  for (const line of violationLines(violations, history)) console.log(`  ${line}`)
  if (missing !== undefined) console.log(`✗ ${missing}`)
  else if (fault) console.log(`✓ the planted fault '${fault}' was found as '${faults[fault].found}'`)
  else console.log('✓ no acknowledged transfer lost, none doubled, every balance explained')
}
