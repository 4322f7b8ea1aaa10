import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogRecord } from '../../scripts/lib/logs/print.ts'
import { searchRecords, withStore } from '../../scripts/lib/logs/store.ts'
import { imageOf, plantPod } from './planted-pod.ts'

const HOUR_MS = 3_600_000

/** What the store has of the last hour. */
export const found = (query: string) =>
  withStore((origin) => searchRecords(origin, { query, limit: 1000, since: HOUR_MS }))

/** Searches again and again until the store has what is wanted; a store that does not answer is asked again. */
export async function foundWithin(
  seconds: number,
  query: string,
  enough: (records: LogRecord[]) => boolean,
): Promise<LogRecord[]> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const records = await found(query).catch((error: unknown) => {
      if (Date.now() > end) throw error
      return []
    })
    if (enough(records) || Date.now() > end) return records
    await sleep(250)
  }
}

/** A pod that writes so many numbered lines, one each ten milliseconds. */
export interface LineWriter {
  /** The name of the pod. */
  pod: string
  /** With those that it writes when it is told to end. */
  lines: number
  /** How many lines the store has, and how many different ones, when the last has come or time is over. */
  counted: (seconds: number) => Promise<{ lines: number; numbers: number }>
  remove: () => Promise<void>
}

/** What is sent twice comes a little later. */
const REPEATS_WITHIN_MS = 6000

interface Manner {
  /** So many bytes more has each line. */
  padding?: number
  /** So many lines more it writes when it is told to end. */
  lastWords?: number
}

/**
 * Plants a pod that writes so many numbered lines.
 * @returns the names of the run, which each line has, and of the pod, and what removes it
 */
export async function plantWriter(
  lines: number,
  { padding = 0, lastWords = 0 }: Manner = {},
): Promise<{ run: string; pod: string; remove: () => Promise<void> }> {
  const run = randomUUID()
  const pod = `line-writer-${run.slice(0, 8)}`
  // Afterwards it goes on without an end: the node keeps the log for as long as there is the pod. What console.log has
  // not yet given to a pipe would be lost at the end.
  const program = `let n = 0
    const padding = 'x'.repeat(${padding})
    const line = () => JSON.stringify({ level: 'info', msg: 'counted', run: '${run}', n: n++, padding }) + '\\n'
    const write = () => require('node:fs').writeSync(1, line())
    const timer = setInterval(() => {
      write()
      if (n === ${lines}) { clearInterval(timer); setInterval(() => {}, 1e6) }
    }, 10)
    process.on('SIGTERM', () => {
      while (n < ${lines + lastWords}) write()
      process.exit()
    })`
  const remove = await plantPod(pod, {
    image: await imageOf('deployment/api'),
    command: ['node', '--eval', program],
    spec: { restartPolicy: 'Never', activeDeadlineSeconds: 600, terminationGracePeriodSeconds: 30 },
  })
  return { run, pod, remove }
}

/** Starts a writer; its first line is in the store when this returns. */
export async function startLineWriter(count: number, manner: Manner = {}): Promise<LineWriter> {
  const { run, pod, remove } = await plantWriter(count, manner)
  const lines = count + (manner.lastWords ?? 0)
  const query = `run:="${run}" | stats count() as lines, count_uniq(n) as numbers`
  await foundWithin(30, query, ([row]) => Number(row?.['numbers']) > 0)
  return {
    pod,
    lines,
    remove,
    counted: async (seconds) => {
      await foundWithin(seconds, `run:="${run}" n:="${lines - 1}"`, (records) => records.length > 0)
      await sleep(REPEATS_WITHIN_MS)
      const [row] = await found(query)
      return { lines: Number(row?.['lines']), numbers: Number(row?.['numbers']) }
    },
  }
}
