import fs from 'node:fs'
import { statePath } from './settings.ts'
import { note } from './steps.ts'

function holder(file: string): number | undefined {
  try {
    return Number(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** Runs work that must not run twice at once in this checkout; waits while another command does. */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const file = statePath('lock')
  let waited = false
  for (;;) {
    const other = holder(file)
    // A lock whose process is gone was left by a command that was killed.
    if (other === undefined || other === process.pid || !fs.existsSync(`/proc/${other}`)) break
    if (!waited) note('another ./dway command changes the stack: waiting for it')
    waited = true
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  fs.writeFileSync(file, String(process.pid))
  try {
    return await work()
  } finally {
    fs.rmSync(file, { force: true })
  }
}
