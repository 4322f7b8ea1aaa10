import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { digestOf, readManifest } from '../../sources/manifest.ts'
import { parseReport, type Report } from '../../sources/report.ts'

let folder: string
let runner: ChildProcess | undefined
let output: string
let port: number
let reportPort: number
const file = (...parts: string[]) => path.join(folder, ...parts)
const write = (name: string, contents: string) => {
  fs.mkdirSync(path.dirname(file(name)), { recursive: true })
  fs.writeFileSync(file(name), contents)
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  return port
}

const server = 'services/api/src/server.ts'

/** A server that notes what happens to it, and ends when it may. */
const edit = (version: number) =>
  write(
    server,
    `import fs from 'node:fs'
const note = (what: string) => fs.appendFileSync(${JSON.stringify(file('notes'))}, \`\${what} ${version}\\n\`)
process.once('SIGTERM', () => {
  note('asked')
  setInterval(() => fs.existsSync(${JSON.stringify(file('may-end'))}) && process.exit(note('ended')), 20)
})
setInterval(() => undefined, 1000)
note('started')
`,
  )
/** Lets servers end that are asked to, or go on until they are let. */
const letEnd = (may: boolean) => (may ? write('may-end', '') : fs.rmSync(file('may-end')))
const notes = () => fs.readFileSync(file('notes'), 'utf8').trimEnd().split('\n')
const noted = (what: string) =>
  vi.waitFor(() => expect(notes()).toContain(what), { timeout: 10_000, interval: 10 })

const report = async (): Promise<Report> =>
  parseReport(await text(net.connect(reportPort, '127.0.0.1').setEncoding('utf8')))
const reported = (state: Report['state']) =>
  vi.waitFor(
    async () => {
      const found = await report()
      expect(found).toMatchObject({ state, runs: found.files })
      return found
    },
    { timeout: 10_000, interval: 20 },
  )
const onDisk = () => digestOf(readManifest(folder, ['services/api/src', 'services/api/migrations']))

function run(): void {
  const env = { ...process.env, DWAY_IMAGE: 'api', PORT: String(port), SOURCES_PORT: String(reportPort) }
  runner = spawn(process.execPath, [file('services/api/dev/live-reload.ts')], { env, detached: true })
  runner.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
}

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'live-reload-'))
  output = ''
  for (const name of ['live-reload', 'code-error', 'stand-in'])
    write(
      `services/api/dev/${name}.ts`,
      fs.readFileSync(path.join(import.meta.dirname, `${name}.ts`), 'utf8'),
    )
  for (const name of ['manifest', 'report']) {
    const source = path.join(import.meta.dirname, `../../sources/${name}.ts`)
    write(`services/sources/${name}.ts`, fs.readFileSync(source, 'utf8'))
  }
  write('package.json', '{"type":"module"}')
  write('services/api/package.json', '{"type":"module","dependencies":{}}')
  write('services/api/migrations/0001_first.sql', 'select 1')
  write('node_modules/typebox/package.json', '{"exports":{"./value":"./value.js"}}')
  write('node_modules/typebox/value.js', '')
  write('notes', '')
  letEnd(true)
  port = await freePort()
  reportPort = await freePort()
})
afterEach(() => {
  // Its whole group, for the servers that it left behind if the test failed.
  if (runner?.pid !== undefined && fs.existsSync(`/proc/${runner.pid}`)) process.kill(-runner.pid, 'SIGKILL')
  fs.rmSync(folder, { recursive: true })
})

it('runs one server, of the newest sources, however edits fall', { timeout: 30_000 }, async () => {
  edit(1)
  run()
  await noted('started 1')
  letEnd(false)
  edit(2)
  await noted('asked 1')
  // While the old one ends, twice.
  edit(3)
  await new Promise((resolve) => setTimeout(resolve, 100))
  edit(4)
  letEnd(true)
  await noted('started 4')
  edit(5)
  await noted('started 5')
  runner?.kill('SIGTERM')
  if (runner) await once(runner, 'exit')

  const one = (version: number) => ['started', 'asked', 'ended'].map((what) => `${what} ${version}`)
  expect(notes()).toEqual([...one(1), ...one(4), ...one(5)])
})

it('takes the next edit though the code never lets go of the processor', { timeout: 30_000 }, async () => {
  edit(1)
  run()
  await noted('started 1')
  const stuck = `import fs from 'node:fs'
fs.appendFileSync(${JSON.stringify(file('notes'))}, 'stuck\\n')
process.on('SIGTERM', () => undefined)
for (;;) continue
`
  write(server, stuck)
  await noted('stuck')
  edit(3)
  await noted('started 3')
})

it('reports what the server has loaded, not what lies on the disk', { timeout: 30_000 }, async () => {
  edit(1)
  run()
  const first = await reported('runs')
  expect(first.digest).toBe(onDisk())
  letEnd(false)
  edit(2)
  await noted('asked 1')
  const between = await report()
  expect(between.digest).toBe(first.digest)
  expect(digestOf(between.files)).toBe(onDisk())
  letEnd(true)
  expect((await reported('runs')).digest).toBe(onDisk())
})

it('notices new, deleted and moved files, in folders that come and go', { timeout: 60_000 }, async () => {
  edit(1)
  run()
  await reported('runs')
  const changes = [
    () => write('services/api/src/deep/er/new.ts', 'export {}'),
    () => fs.renameSync(file('services/api/src/deep'), file('services/api/src/moved')),
    () => write('services/api/src/moved/er/new.ts', 'export const one = 1'),
    () => fs.rmSync(file('services/api/src/moved'), { recursive: true }),
    () => write('services/api/migrations/0002_second.sql', 'select 2'),
    () => fs.renameSync(file(server), file('services/api/src/old.ts')),
    () => edit(3),
  ]
  for (const change of changes) {
    change()
    const found = await vi.waitFor(
      async () => {
        const { digest, state } = await report()
        expect(digest).toBe(onDisk())
        return state
      },
      { timeout: 10_000, interval: 20 },
    )
    expect(['runs', 'broken']).toContain(found)
  }
  await reported('runs')
})

it('leaves the server alone while nothing has changed', { timeout: 30_000 }, async () => {
  edit(1)
  run()
  await noted('started 1')
  await reported('runs')
  fs.utimesSync(file(server), new Date(), new Date())
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(notes()).toEqual(['started 1'])
})

describe('code that does not run', () => {
  const ask = (address: string) => fetch(`http://127.0.0.1:${port}${address}`)

  it.each([
    ['a syntax error', 'const a: number = 1\nconst = 2\n', '2:7: SyntaxError: Unexpected token'],
    ['an error that is thrown', 'const a: number = 1\nthrow new TypeError("no")\n', '2:7: TypeError: no'],
    [
      'a missing module',
      'import "./missing.ts"\n',
      "Error: Cannot find module 'services/api/src/missing.ts'",
    ],
    ['a missing export', 'import { none } from "node:fs"\n', '1:10: SyntaxError: The requested module'],
    ['a server that ends', 'process.exit(3)\n', 'Error: the api ended with code 3'],
  ])(
    'such as %s is answered with, and the next good save heals it',
    { timeout: 30_000 },
    async (_, code, words) => {
      write(server, code)
      run()
      const { error, digest } = await reported('broken')
      expect(error).toContain(words)
      expect(digest).toBe(onDisk())
      if (/^\d/.test(words)) expect(error).toContain(`${server}:${words}`)

      const answer = await ask('/api/me')
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({ error: { code: 'code_error', message: error } })
      expect((await ask('/readyz')).status).toBe(503)
      // Or Kubernetes would end it.
      expect((await ask('/healthz')).status).toBe(200)
      const line = output.split('\n').find((text) => text.startsWith('{'))
      expect(JSON.parse(line ?? '')).toMatchObject({ level: 'error', event: 'code-error', msg: error })

      edit(1)
      await noted('started 1')
      expect((await reported('runs')).error).toBeUndefined()
      await expect(ask('/healthz')).rejects.toThrow()
    },
  )

  it('is found in a server that runs already, too', { timeout: 30_000 }, async () => {
    edit(1)
    run()
    await reported('runs')
    write(server, 'const = 2\n')
    expect((await reported('broken')).error).toContain(`${server}:1:7: SyntaxError`)
    edit(2)
    await noted('started 2')
  })
})
