import { UserError } from '../errors.ts'
import { kubectlBank, must } from '../shell.ts'
import { CLIENTS } from './clients.ts'
import { anyPairs, loadTransfers } from './load.ts'
import { median, rounded, type Measure } from './measure.ts'
import { CONNECTIONS } from './transfers.ts'

/** Fewer minutes than that don't hold both parts that are compared. */
export const LEAST_MINUTES = 5
const SAMPLE_SECONDS = 5
const MOST = 1.1

/** Runs in the api's pod: one line a sample, with the bytes that the api's process has in memory. */
const sampler = (samples: number) => `
for (let sample = 0; sample < ${samples}; sample += 1) {
  await new Promise((resolve) => setTimeout(resolve, ${SAMPLE_SECONDS * 1000}))
  const answer = await fetch('http://127.0.0.1:3000/metrics')
  console.log(/^process_resident_memory_bytes (.+)$/m.exec(await answer.text())[1])
}`

/** The api's memory during minutes of load: what it has at the end against what it had after the first minute. */
export const memory: Measure = async ({ seed, minutes, door, clients }, progress) => {
  const exec = ['exec', 'deployment/api', '--container', 'api', '--', 'node', '--input-type=module', '--eval']
  const seconds = minutes * 60
  progress.now(`${minutes} minutes of load`)
  const sampling = must(
    "the api's memory was not read",
    kubectlBank([...exec, sampler(Math.floor(seconds / SAMPLE_SECONDS))]),
  )
  const loading = loadTransfers(door, clients, anyPairs(`memory of ${seed}`, CLIENTS), {
    connections: CONNECTIONS,
    seconds,
  })
  const [{ stdout }, { perSecond }] = await Promise.all([sampling, loading])
  const samples = stdout.trim().split('\n').map(Number)
  const { before, after } = compared(samples, SAMPLE_SECONDS)
  const ratio = after / before
  const mebibytes = (bytes: number) => `${rounded(bytes / 2 ** 20)} MiB`
  const result = `${mebibytes(before)}, then ${mebibytes(after)} at ${rounded(perSecond)} transfers/s`
  return [{ measure: `memory, ${minutes} minutes`, goal: `≤ ${MOST}`, result, ratio, met: ratio <= MOST }]
}

/**
 * The median of the second and the third minute, and that of the last two.
 * @throws UserError if samples are missing
 */
export function compared(
  samples: readonly number[],
  sampleSeconds: number,
): { before: number; after: number } {
  const minute = 60 / sampleSeconds
  if (samples.length < LEAST_MINUTES * minute || samples.some((bytes) => !(bytes > 0)))
    throw new UserError(`the api's memory was read ${samples.length} times, which is too few`)
  return { before: median(samples.slice(minute, 3 * minute)), after: median(samples.slice(-2 * minute)) }
}
