import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from './errors.ts'
import { statePath } from './settings.ts'
import { $ } from './shell.ts'
import { note } from './steps.ts'

/** A command that has the lock. */
export interface Holder {
  /** The container in which it runs, by its host name. */
  container: string
  pid: number
  verb: string
  /** When the process started, in the kernel's ticks: after a restart another one may have the number. */
  start: string
}

/** The start of a process in its line of /proc/PID/stat. */
const startIn = (stat: string) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''

const self = (): Holder => ({
  container: os.hostname(),
  pid: process.pid,
  verb: path.basename(process.argv[1] ?? 'command', '.ts'),
  start: startIn(fs.readFileSync('/proc/self/stat', 'utf8')),
})

function readHolder(file: string): Holder | undefined {
  try {
    const [container = '', pid = '', verb = 'command', start = ''] = fs
      .readFileSync(file, 'utf8')
      .trim()
      .split(' ')
    return { container, pid: Number(pid), verb, start }
  } catch {
    return undefined
  }
}

/** Whether the holder still runs, in this container or in another one of this checkout. */
async function lives({ container, pid, start }: Holder): Promise<boolean> {
  const file = `/proc/${pid}/stat`
  const here = container === os.hostname()
  const found = here
    ? await $`cat ${file}`.nothrow()
    : await $`docker exec ${container} cat ${file}`.nothrow()
  return found.exitCode === 0 && startIn(found.stdout.trim()) === start
}

const same = (one: Holder | undefined, other: Holder) =>
  one?.container === other.container && one.pid === other.pid

/**
 * Takes the lock's file, unless a command that still runs has it. The file is a link to one that has its owner in it
 * already, so that it is never seen empty.
 * @returns who has it instead
 */
async function take(file: string): Promise<Holder | undefined> {
  const own = self()
  const mine = `${file}.${own.container}.${own.pid}`
  fs.writeFileSync(mine, `${own.container} ${own.pid} ${own.verb} ${own.start}\n`)
  try {
    for (;;) {
      try {
        fs.linkSync(mine, file)
        return undefined
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const holder = readHolder(file)
      if (holder === undefined) continue
      if (await lives(holder)) return holder
      dropStale(file, holder)
    }
  } finally {
    fs.rmSync(mine, { force: true })
  }
}

/** How old what guards a take-over is when whoever made it must have been killed: it takes no time. */
const GUARD_MS = 10_000

/**
 * Removes the lock of a command that was killed. One contender at a time looks and removes: between the two, another could
 * have taken it over already, and lose it.
 */
function dropStale(file: string, holder: Holder): void {
  const guard = `${file}.takeover`
  try {
    fs.writeFileSync(guard, '', { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const made = fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Infinity
    if (Date.now() - made > GUARD_MS) fs.rmSync(guard, { force: true })
    return
  }
  try {
    if (same(readHolder(file), holder)) fs.rmSync(file, { force: true })
  } finally {
    fs.rmSync(guard, { force: true })
  }
}

/** The command that changes the stack of this checkout now, if one does. */
export async function currentHolder(file = statePath('lock')): Promise<Holder | undefined> {
  const holder = readHolder(file)
  return holder !== undefined && (await lives(holder)) ? holder : undefined
}

/** Ends a command and everything that it has started, itself first, so that it does not report their end as a fault. */
async function end({ container, pid }: Holder): Promise<void> {
  const script = `tree() { echo "$1"; for child in $(pgrep -P "$1"); do tree "$child"; done; }
    kill -TERM $(tree ${pid}) 2>/dev/null; true`
  if (container === os.hostname()) await $`sh -c ${script}`
  else await $`docker exec --user 0 ${container} sh -c ${script}`
}

/** How long an ended command may take to clean up. */
const PATIENCE_MS = 120_000

/**
 * Runs work that must not run twice at once in this checkout; waits while another command does, after a line that says
 * so.
 * @param options.endOthers whether the other command is ended instead
 * @param options.doing what is said of the other command
 * @throws UserError if it was to be ended, and goes on
 */
export async function exclusively<T>(
  work: () => Promise<T>,
  options: { endOthers?: boolean; file?: string; doing?: string } = {},
): Promise<T> {
  const { file = statePath('lock'), doing = 'changes the stack' } = options
  let told: Holder | undefined
  let since = performance.now()
  for (let holder = await take(file); holder !== undefined; holder = await take(file)) {
    if (told === undefined || !same(told, holder)) {
      told = holder
      since = performance.now()
      if (options.endOthers) {
        note(`./dway ${holder.verb} ${doing}: it is ended first`)
        await end(holder)
      } else {
        note(`./dway ${holder.verb} ${doing} (process ${holder.pid}): waiting for it`)
      }
    }
    if (options.endOthers && performance.now() - since > PATIENCE_MS)
      throw new UserError(`./dway ${holder.verb} (process ${holder.pid}) does not end: nothing was done`)
    await sleep(250)
  }
  try {
    return await work()
  } finally {
    if (same(readHolder(file), self())) fs.rmSync(file, { force: true })
  }
}
