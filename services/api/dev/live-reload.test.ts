import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

let folder: string
let runner: ChildProcess | undefined
const file = (...parts: string[]) => path.join(folder, ...parts)
const write = (name: string, text: string) => {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true })
  fs.writeFileSync(file(name), text)
}

/** A server that notes what happens to it, and takes its time to end. */
const edit = (version: number) =>
  write(
    'src/server.ts',
    `import fs from 'node:fs'
const note = (what: string) => fs.appendFileSync(${JSON.stringify(file('notes'))}, \`\${what} ${version}\\n\`)
process.once('SIGTERM', () => {
  note('asked')
  setTimeout(() => process.exit(note('ended')), 400)
})
setInterval(() => undefined, 1000)
note('started')
`,
  )
const notes = () => fs.readFileSync(file('notes'), 'utf8').trimEnd().split('\n')
const noted = (what: string) =>
  vi.waitFor(() => expect(notes()).toContain(what), { timeout: 10_000, interval: 10 })

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'live-reload-'))
  fs.mkdirSync(file('src'))
  for (const name of ['live-reload.ts', 'src/in-image.ts'])
    fs.copyFileSync(path.join(import.meta.dirname, name), file(name))
  write('package.json', '{"type":"module","dependencies":{}}')
  write('node_modules/typebox/package.json', '{"exports":{"./value":"./value.js"}}')
  write('node_modules/typebox/value.js', '')
  write('notes', '')
})
afterEach(() => {
  // Its whole group, for the servers that it left behind if the test failed.
  if (runner?.pid !== undefined && fs.existsSync(`/proc/${runner.pid}`)) process.kill(-runner.pid, 'SIGKILL')
  fs.rmSync(folder, { recursive: true })
})

it('runs one server, of the newest sources, however edits fall', { timeout: 30_000 }, async () => {
  edit(1)
  runner = spawn(process.execPath, [file('live-reload.ts')], {
    stdio: 'inherit',
    detached: true,
    env: { ...process.env, DWAY_IMAGE: 'api' },
  })
  await noted('started 1')
  edit(2)
  await noted('asked 1')
  // While the old one ends, twice.
  edit(3)
  await new Promise((resolve) => setTimeout(resolve, 100))
  edit(4)
  await noted('started 4')
  edit(5)
  await noted('started 5')
  runner.kill('SIGTERM')
  await once(runner, 'exit')

  const one = (version: number) => ['started', 'asked', 'ended'].map((what) => `${what} ${version}`)
  expect(notes()).toEqual([...one(1), ...one(4), ...one(5)])
})
