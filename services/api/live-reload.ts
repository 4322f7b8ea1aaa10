// Runs the server and replaces it on every edit by a process that stands by with all packages loaded: loading them
// is most of a start. Only the dev image has this file.
import { fork, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { requireImage } from './src/in-image.ts'

const sources = path.join(import.meta.dirname, 'src')
const server = path.join(sources, 'server.ts')

/** Files of one live update arrive within this time of each other. */
const SETTLE_MS = 30
/** The next process is prepared when the one that starts no longer needs the processor. */
const PREPARE_AFTER_MS = 500

/** In the process that stands by: loads the packages, waits for the word to start, and becomes the server. */
async function standBy(): Promise<void> {
  const toldToStart = new Promise((resolve) => process.once('message', resolve))
  const description = fs.readFileSync(path.join(import.meta.dirname, 'package.json'), 'utf8')
  const { dependencies } = JSON.parse(description) as { dependencies: Record<string, string> }
  await Promise.all([...Object.keys(dependencies), 'typebox/value'].map((name) => import(name)))
  await toldToStart
  process.disconnect()
  await import(server)
}

function watchAndRun(): void {
  let running: ChildProcess | undefined
  let next: ChildProcess | undefined
  let settling: NodeJS.Timeout | undefined
  /** Until the old server is gone; the next one, which then reads its sources, has every edit of that time. */
  let replacing = false
  let stopping = false

  const prepare = () => (next ??= fork(import.meta.filename))

  const start = () => {
    const child = prepare()
    next = undefined
    running = child
    child.send('start')
    child.once('exit', (code) => {
      if (running === child) running = undefined
      if (stopping) process.exit(code ?? 1)
      if (replacing) {
        replacing = false
        start()
      } else if (code !== 0) {
        console.error(`the api ended with code ${code}: it starts again with the next edit`)
      }
    })
    setTimeout(prepare, PREPARE_AFTER_MS)
  }

  const replace = () => {
    if (replacing) return
    if (!running) {
      start()
      return
    }
    replacing = true
    running.kill('SIGTERM')
  }

  fs.watch(sources, { recursive: true }, () => {
    clearTimeout(settling)
    settling = setTimeout(replace, SETTLE_MS)
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

requireImage()
if (process.send) await standBy()
else watchAndRun()
