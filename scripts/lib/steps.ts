import { environment } from './settings.ts'

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Runs one piece of work and prints a line with the time it took, to standard error.
 * @throws what the work throws, after a line that names it
 */
export async function step<T>(name: string, work: (note: (text: string) => void) => Promise<T>): Promise<T> {
  const started = performance.now()
  const note = (text: string) => {
    if (environment.terminal) process.stderr.write(`\r\u001b[K  … ${name}${text && `: ${text}`}`)
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
