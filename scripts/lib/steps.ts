import { stripVTControlCharacters } from 'node:util'
import { environment } from './settings.ts'

/** How long a step is quiet where there is no terminal. */
const QUIET_MS = 15_000
/** How often a terminal's lines are redrawn. */
const REDRAW_MS = 200

/** What a step tells while it works. */
export interface Progress {
  /** What goes on now, in place of what was told before: the first line stands for all where lines can't be redrawn. */
  now(...lines: string[]): void
  /** Something that has happened, which stays on the screen. */
  happened(line: string): void
}

/** A step that has ended. */
export interface Stage {
  name: string
  seconds: number
  ok: boolean
}

/** The steps of this process that have ended, in that order. */
export const stages: Stage[] = []

const elapsed = (since: number) => (performance.now() - since) / 1000
const seconds = (since: number) => `${elapsed(since).toFixed(1)} s`

/** Lines at the end of a terminal that are drawn again and again. */
class LiveLines {
  #drawn = 0

  draw(lines: readonly string[]): void {
    const width = process.stderr.columns || 80
    const fitting = lines.map((line) => stripVTControlCharacters(line).slice(0, width - 1))
    process.stderr.write(`${this.#erasure()}${fitting.map((line) => `${line}\n`).join('')}`)
    this.#drawn = fitting.length
  }

  clear(): void {
    process.stderr.write(this.#erasure())
    this.#drawn = 0
  }

  #erasure(): string {
    return this.#drawn > 0 ? `\u001b[${this.#drawn}A\u001b[J` : ''
  }
}

/**
 * Runs one piece of work and prints a line with the time it took, to standard error. Until then a terminal shows
 * what it does and for how long; elsewhere a line comes now and then.
 * @throws what the work throws, after a line that names it
 */
export async function step<T>(name: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const started = performance.now()
  const live = environment.terminal ? new LiveLines() : undefined
  let told = started
  let latest: string[] = []

  const show = () => {
    const [first = '', ...more] = latest
    const line = `  … ${name} ${seconds(started)}${first && `: ${first}`}`
    if (live) live.draw([line, ...more.map((text) => `      ${text}`)])
    else if (performance.now() - told > QUIET_MS) {
      told = performance.now()
      console.error(line)
    }
  }
  const say = (line: string) => {
    live?.clear()
    told = performance.now()
    console.error(line)
  }
  const end = (ok: boolean) => {
    clearInterval(timer)
    stages.push({ name, seconds: Math.round(elapsed(started) * 10) / 10, ok })
    say(`  ${ok ? '✓' : '✗'} ${name} ${seconds(started)}`)
  }
  const progress: Progress = {
    now: (...lines) => {
      latest = lines
    },
    happened: (line) => {
      say(`    ${line}`)
      if (live) show()
    },
  }

  if (live) show()
  const timer = setInterval(show, live ? REDRAW_MS : 1_000)
  try {
    const result = await work(progress)
    end(true)
    return result
  } catch (error) {
    end(false)
    throw error
  }
}

/** A line that informs and is no step. */
export function note(text: string): void {
  console.error(`  · ${text}`)
}
