import { environment } from './settings.ts'

/** How long a step is quiet where there is no terminal. */
const QUIET_MS = 15_000

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Runs one piece of work and prints a line with the time it took, to standard error.
 * @throws what the work throws, after a line that names it
 */
export async function step<T>(name: string, work: (note: (text: string) => void) => Promise<T>): Promise<T> {
  const started = performance.now()
  let told = started
  const note = (text: string) => {
    if (environment.terminal) {
      process.stderr.write(`\r\u001b[K  … ${name}${text && `: ${text}`}`)
    } else if (performance.now() - told > QUIET_MS) {
      // Where lines can't be redrawn, a sign of life now and then.
      told = performance.now()
      console.error(`  … ${name}${text && `: waiting for ${text}`} ${seconds(started)}`)
    }
  }
  const clear = () => {
    if (environment.terminal) process.stderr.write('\r\u001b[K')
  }
  note('')
  try {
    const result = await work(note)
    clear()
    console.error(`  ✓ ${name} ${seconds(started)}`)
    return result
  } catch (error) {
    clear()
    console.error(`  ✗ ${name} ${seconds(started)}`)
    throw error
  }
}

/** A line that informs and is no step. */
export function note(text: string): void {
  console.error(`  · ${text}`)
}
