import fs from 'node:fs'
import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { statePath } from './settings.ts'
import { note } from './steps.ts'

const self = `${os.hostname()} ${process.pid}`

/** Takes the lock's file, unless a process of this container that still runs has it. */
function take(file: string): boolean {
  try {
    fs.writeFileSync(file, self, { flag: 'wx' })
    return true
  } catch {
    const [container, pid] = fs.readFileSync(file, 'utf8').split(' ')
    if (container === os.hostname() && fs.existsSync(`/proc/${pid}`)) return false
    // It was left by a command that was killed, or by a container that is gone.
    fs.rmSync(file, { force: true })
    return take(file)
  }
}

/** Runs work that must not run twice at once in this checkout; waits while another command does. */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const file = statePath('lock')
  let waited = false
  while (!take(file)) {
    if (!waited) note('another ./dway command changes the stack: waiting for it')
    waited = true
    await sleep(500)
  }
  try {
    return await work()
  } finally {
    fs.rmSync(file, { force: true })
  }
}
