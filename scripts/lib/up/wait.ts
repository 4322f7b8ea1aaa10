import { setTimeout as sleep } from 'node:timers/promises'
import { ProcessOutput } from 'zx'
import { SurroundingsError } from '../errors.ts'
import { environment } from '../settings.ts'
import { lastLine } from '../shell.ts'
import type { Progress } from '../steps.ts'
import type { TiltResource } from '../tilt.ts'
import { explainedFindings, Watch } from './diagnose.ts'
import { BankFailure } from './failure.ts'
import type { Finding } from './finding.ts'
import { retryWhatWaits, TiltsOwnMistakes } from './retry.ts'
import { CrashCounter } from './rules/containers.ts'
import { fieldFindings } from './rules/fields.ts'
import { nodeStart, openNeeds, openParts, takeSnapshot, type Snapshot } from './snapshot.ts'

const POLL_MS = 700
/** What ended this long before somebody looks is taken for a crash of now. */
const RECENT_MS = 60_000
/** How long the cluster or Tilt may give no answer. */
const SILENCE_SECONDS = 45
/** Tilt needs a moment to notice a file that was saved just before. */
const SETTLED_LOOKS = 2

/** How long a part took. */
export interface Part {
  name: string
  /** From the beginning of the wait; 0 if it was ready before. */
  seconds: number
}

/** Says what an open part waits for. */
function waitsFor({ name, detail }: TiltResource, snapshot: Snapshot): string {
  const needed = openNeeds(snapshot, name)
  return needed.length > 0 ? `${detail}, needs ${needed.join(', ')}` : detail
}

/** What is known of a bank that isn't ready in time: the first part that has all it needs. */
function overdue(snapshot: Snapshot, open: readonly TiltResource[]): Finding {
  const first = open.find(({ name }) => openNeeds(snapshot, name).length === 0) ?? open[0]
  const resource = first?.name ?? 'the bank'
  const evidence = open.map((one) => `${one.name}: ${waitsFor(one, snapshot)}`)
  const message = `after ${environment.upTimeout} s: ${first?.detail ?? 'Tilt says nothing'}`
  return { resource, cause: 'timeout', message, evidence, patience: 0 }
}

/** Follows the parts of the bank as they become ready. */
class Timeline {
  readonly #started = performance.now()
  readonly #progress: Progress
  readonly #parts = new Map<string, Part>()
  #looks = 0
  #serving = false

  constructor(progress: Progress) {
    this.#progress = progress
  }

  seconds(): number {
    return (performance.now() - this.#started) / 1000
  }

  update(snapshot: Snapshot): void {
    const seconds = this.seconds()
    for (const { name, state, updateSeconds } of snapshot.tilt) {
      if (state !== 'ready') this.#parts.delete(name)
      else if (!this.#parts.has(name)) {
        this.#parts.set(name, { name, seconds: this.#looks === 0 ? 0 : seconds })
        if (this.#looks === 0) continue
        const build = updateSeconds === undefined ? '' : ` (build and deploy ${updateSeconds.toFixed(1)} s)`
        this.#progress.happened(`✓ ${name} ${seconds.toFixed(1)} s${build}`)
      }
    }
    const open = openParts(snapshot)
    this.#sayWhenItServes(snapshot, open)
    this.#looks += 1
    const slowest = this.parts().at(-1)
    const soFar =
      slowest && slowest.seconds > 0
        ? `; slowest so far ${slowest.name}, ${slowest.seconds.toFixed(1)} s`
        : ''
    this.#progress.now(
      `waiting for ${open.map(({ name }) => name).join(', ')}${soFar}`,
      ...open.map((one) => `… ${one.name}: ${waitsFor(one, snapshot)}`),
    )
  }

  /** What watches the bank may take minutes to build, while the bank can be used already. */
  #sayWhenItServes({ tilt }: Snapshot, open: readonly TiltResource[]): void {
    if (this.#serving || tilt.length <= 1 || open.some(({ watches }) => !watches)) return
    this.#serving = true
    if (this.#looks > 0 && open.length > 0)
      this.#progress.happened('· the bank serves: ./dway status says where; what watches it is still to come')
  }

  /** The parts that are ready, the slowest last. */
  parts(): Part[] {
    return [...this.#parts.values()].sort((one, other) => one.seconds - other.seconds)
  }
}

/**
 * Waits until every part of the bank is ready.
 * @returns how long each part took, the slowest last
 * @throws BankFailure as soon as it is certain that a part cannot come up, or when time is over
 * @throws SurroundingsError if the cluster or Tilt no longer answers
 */
export async function waitForBank(progress: Progress): Promise<Part[]> {
  const timeline = new Timeline(progress)
  const watch = new Watch()
  const mistakes = new TiltsOwnMistakes()
  const crashes = new CrashCounter(Math.max(await nodeStart(), Date.now() - RECENT_MS))
  const started = Date.now()
  let answered = 0
  let settled = 0
  let retried = false
  for (;;) {
    let snapshot: Snapshot
    let findings: Finding[]
    try {
      if (!retried) await retryWhatWaits()
      retried = true
      snapshot = await takeSnapshot()
      await mistakes.retry(snapshot.tilt, Date.now())
      findings = await explainedFindings(snapshot, crashes, { started, now: Date.now() })
      answered = timeline.seconds()
    } catch (error) {
      if (!(error instanceof ProcessOutput)) throw error
      if (timeline.seconds() - answered > SILENCE_SECONDS)
        throw new SurroundingsError(`the cluster or Tilt no longer answers: ${lastLine(error)}`, {
          cause: error,
          remedy: './dway up starts again what has stopped',
        })
      progress.now('the cluster or Tilt does not answer')
      await sleep(POLL_MS)
      continue
    }
    const open = openParts(snapshot)
    timeline.update(snapshot)
    const names = open.map(({ name }) => name)
    const certain = watch.certain(findings, snapshot, timeline.seconds())
    if (certain) throw new BankFailure(certain.finding, names, certain.shownSeconds)
    settled = open.length === 0 && findings.length === 0 && snapshot.tilt.length > 1 ? settled + 1 : 0
    if (settled >= SETTLED_LOOKS) {
      const [unknown] = await fieldFindings()
      if (unknown) throw new BankFailure(unknown, [], 0)
      return timeline.parts()
    }
    if (timeline.seconds() > environment.upTimeout)
      throw new BankFailure(overdue(snapshot, open), names, timeline.seconds())
    await sleep(POLL_MS)
  }
}
