// Runs the server and replaces it on every edit by a process that stands by with all packages loaded: loading them
// is most of a start. Reports what runs, and says so where it doesn't. Only the dev image has this file.
import { fork, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import type { Server } from 'node:http'
import path from 'node:path'
import { digestOf, type Manifest, readManifest } from '../../sources/manifest.ts'
import { serveReport } from '../../sources/report.ts'
import { describeCodeError, readCodeError } from './code-error.ts'
import { startStandIn, stopStandIn } from './stand-in.ts'

const base = path.join(import.meta.dirname, '../../..')
const synced = ['services/api/src', 'services/api/migrations']
const port = Number(process.env['PORT'] ?? 3000)

/** Files of one live update arrive within this time of each other. */
const SETTLE_MS = 30
/** The next process is prepared when the one that starts no longer needs the processor. */
const PREPARE_AFTER_MS = 500
/** A watcher may lose an event, so the files are also looked at this often. */
const LOOK_MS = 1000
/** A server that ends by itself after it ran this long starts again, as Kubernetes would start it. */
const RAN_MS = 5000
/** What is under way may end in this time after an edit. */
const PATIENCE_MS = 3000
/** Enough of what a process printed to see why it ended. */
const OUTPUT_LENGTH = 16_384

const readSources = (): Manifest => readManifest(base, synced)

/** In the process that stands by: loads the packages, waits for the word to start, and becomes the server. */
async function standBy(): Promise<void> {
  const toldToStart = new Promise((resolve) => process.once('message', resolve))
  const description = fs.readFileSync(path.join(base, 'services/api/package.json'), 'utf8')
  const { dependencies } = JSON.parse(description) as { dependencies: Record<string, string> }
  await Promise.all([...Object.keys(dependencies), 'typebox/value'].map((name) => import(name)))
  await toldToStart
  // Read before they are loaded: whatever changes from now on makes what runs differ from what lies on the disk.
  const sources = readSources()
  process.channel?.unref()
  await import(path.join(base, 'services/api/src/server.ts'))
  process.send?.([...sources])
}

function watchAndRun(): void {
  let running: ChildProcess | undefined
  let next: ChildProcess | undefined
  let standIn: Server | undefined
  let settling: NodeJS.Timeout | undefined
  /** What the newest process was started with. */
  let started: Manifest = new Map()
  /** What it has loaded, once it has. */
  let loaded: Manifest | undefined
  let error: string | undefined
  /** Until the old server is gone; the next one, which then reads its sources, has every edit of that time. */
  let replacing = false
  let stopping = false

  const prepare = () => {
    if (next?.connected) return next
    const child = fork(import.meta.filename, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] })
    next = child
    return child
  }

  const start = () => {
    const child = prepare()
    let output = ''
    let loadedAt = Infinity
    next = undefined
    running = child
    loaded = error = undefined
    started = readSources()
    child.stderr?.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk)
      output = (output + chunk.toString()).slice(-OUTPUT_LENGTH)
    })
    child.on('message', (sources: [string, string][]) => {
      if (running !== child) return
      started = loaded = new Map(sources)
      loadedAt = performance.now()
    })
    child.once('close', (code, signal) => {
      if (running === child) running = loaded = undefined
      if (stopping) process.exit(code ?? 1)
      if (replacing) {
        replacing = false
        start()
      } else if (performance.now() - loadedAt > RAN_MS) {
        console.error(`the api ended (${signal ?? `code ${code}`}) and starts again`)
        start()
      } else showError(output, signal ? `was ended by ${signal}` : `ended with code ${code}`)
    })
    child.send('start')
    setTimeout(prepare, PREPARE_AFTER_MS)
  }

  const showError = (output: string, ending: string) => {
    const found = readCodeError(output, base, ending)
    error = describeCodeError(found)
    // One line for who follows the log, and for programs that look for the reason why the api isn't ready.
    const event = { level: 'error', time: new Date().toISOString(), service: 'api', event: 'code-error' }
    console.error(JSON.stringify({ ...event, msg: error, ...found }))
    standIn = startStandIn(port, found)
  }

  const replace = async () => {
    if (replacing || stopping) return
    if (running) {
      replacing = true
      const old = running
      old.kill('SIGTERM')
      // Code that never lets go of the processor doesn't hear that.
      const patience = setTimeout(() => old.kill('SIGKILL'), PATIENCE_MS)
      old.once('close', () => clearTimeout(patience))
      return
    }
    replacing = true
    if (standIn) await stopStandIn(standIn)
    standIn = undefined
    replacing = false
    start()
  }

  /** @param retry whether the same files are given another try if they didn't run */
  const look = (retry: boolean) => {
    const changed = digestOf(readSources()) !== digestOf(started)
    if (changed || (retry && !running)) void replace()
  }

  // A folder that is replaced as a whole is lost to its watcher; looking finds it again.
  for (const folder of synced) {
    fs.watch(path.join(base, folder), { recursive: true }, () => {
      clearTimeout(settling)
      settling = setTimeout(() => look(true), SETTLE_MS)
    }).on('error', (problem) => console.error(`live reload looks once a second: ${problem.message}`))
  }
  setInterval(() => look(false), LOOK_MS)
  serveReport(() => {
    const state = error !== undefined ? 'broken' : loaded ? 'runs' : 'starts'
    const runs = state === 'broken' ? started : (loaded ?? new Map<string, string>())
    return { state, runs, files: readSources(), ...(error === undefined ? {} : { error }) }
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stopping = true
      next?.kill()
      if (running) running.kill(signal)
      else process.exit(0)
    })
  }
  start()
}

// As requireImage in src, which isn't imported here: an edit there must not break what tells of it.
if (!process.env['DWAY_IMAGE']) {
  process.stderr.write('The bank runs in containers: ./dway up\n')
  process.exitCode = 1
} else if (process.send) await standBy()
else watchAndRun()
