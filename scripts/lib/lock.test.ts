import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, it, vi } from 'vitest'
import { currentHolder } from './lock.ts'

// Each contender is a Node of its own.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let file: string

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dway-lock-'))
  file = path.join(folder, 'lock')
})

/** A process of its own that does `work` under the lock. */
function contender(work: string, options = '') {
  const script = `
    import fs from 'node:fs'
    import { setTimeout as sleep } from 'node:timers/promises'
    import { exclusively } from ${JSON.stringify(path.join(import.meta.dirname, 'lock.ts'))}
    const inside = ${JSON.stringify(path.join(folder, 'inside'))}
    await exclusively(async () => { ${work} }, { file: ${JSON.stringify(file)}, ${options} })
    console.log('done')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
  const seen = { output: '', errors: '' }
  child.stdout.on('data', (chunk: Buffer) => (seen.output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (seen.errors += chunk.toString()))
  const ended = new Promise<typeof seen & { signal: string | null }>((resolve) =>
    child.on('close', (_code, signal) => resolve({ ...seen, signal })),
  )
  return { child, seen, ended }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; !(await condition()); attempt += 1) {
    if (attempt > 400) throw new Error('it did not come to pass')
    await sleep(50)
  }
}

it('lets one in at a time, and the other says that it waits', async () => {
  const first = contender("fs.writeFileSync(inside, ''); while (fs.existsSync(inside)) await sleep(20)")
  await until(() => fs.existsSync(path.join(folder, 'inside')))
  const other = contender('')
  await until(() => other.seen.errors.includes('\n'))
  expect(other.seen.output).toBe('')
  fs.rmSync(path.join(folder, 'inside'))
  const second = await other.ended
  expect((await first.ended).output).toBe('done\n')
  expect(second.output).toBe('done\n')
  expect(second.errors).toMatch(/^ {2}· \.\/dway \S+ changes the stack \(process \d+\): waiting for it\n$/)
  expect(fs.readdirSync(folder)).toEqual([])
})

it('never lets two in, however many come', async () => {
  const turns = Array.from(
    { length: 6 },
    () => contender('fs.mkdirSync(inside); await sleep(20); fs.rmdirSync(inside)').ended,
  )
  for (const { output, errors } of await Promise.all(turns)) expect(output, errors).toBe('done\n')
  expect(fs.readdirSync(folder)).toEqual([])
})

it('is taken over from a command that was killed', async () => {
  const killed = contender('await sleep(60_000)')
  await until(async () => (await currentHolder(file)) !== undefined)
  killed.child.kill('SIGKILL')
  await killed.ended
  expect(await currentHolder(file)).toBeUndefined()
  expect((await contender('').ended).output).toBe('done\n')
})

it('is taken over from several contenders by one only', async () => {
  fs.writeFileSync(file, `${os.hostname()} 999999 up\n`)
  const turns = Array.from(
    { length: 4 },
    () => contender('fs.mkdirSync(inside); await sleep(20); fs.rmdirSync(inside)').ended,
  )
  for (const { output, errors } of await Promise.all(turns)) expect(output, errors).toBe('done\n')
})

it('is freed by ending its holder with all that it started, where that is asked for', async () => {
  const holder = contender(
    `const { spawn } = await import('node:child_process')
     const child = spawn('sleep', ['60'], { stdio: 'ignore' })
     fs.writeFileSync(inside, String(child.pid))
     await sleep(60_000)`,
  )
  await until(() => fs.existsSync(path.join(folder, 'inside')))
  const down = await contender('', 'endOthers: true').ended
  expect(down.errors).toMatch(/changes the stack: it is ended first/)
  expect(down.output).toBe('done\n')
  expect((await holder.ended).signal).toBe('SIGTERM')
  const started = Number(fs.readFileSync(path.join(folder, 'inside'), 'utf8'))
  await until(
    () =>
      !fs.existsSync(`/proc/${started}`) || fs.readFileSync(`/proc/${started}/stat`, 'utf8').includes(') Z '),
  )
})
