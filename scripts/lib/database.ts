import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ProcessPromise } from 'zx'
import { UserError } from './errors.ts'
import { kubectlBank, lastLine } from './shell.ts'

/** A container in which a PostgreSQL runs. */
export interface DatabasePod {
  pod: string
  container: string
}

/** The bank's own, as opposed to one that was restored from a backup. */
const LIVE: DatabasePod = { pod: 'postgres-0', container: 'postgres' }

const inPod = ({ pod, container }: DatabasePod) => ['exec', '--stdin', pod, '--container', container, '--']

/** kubectl's words before a command in the pod of PostgreSQL. */
export const inPostgresPod = inPod(LIVE)

const BANK = 'dwaybank'

// Over the pod's own socket, as the superuser that exists there alone: no password travels.
const psql = (database: string, where = LIVE) => [
  ...inPod(where),
  'psql',
  '--no-psqlrc',
  '--quiet',
  '--tuples-only',
  '--no-align',
  '--set=ON_ERROR_STOP=1',
  `--dbname=${database}`,
]

/** The first error that psql printed, or the last line of whatever else went wrong. */
export function psqlProblem(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  return /(?:ERROR|FATAL): +(.+)/.exec(text)?.[1] ?? lastLine(error)
}

/**
 * Runs a psql script in the pod of PostgreSQL and returns what it printed.
 * @param database the bank's unless told otherwise
 * @param where the live database unless told otherwise
 * @throws UserError beginning with `what`
 */
export async function runPsql(
  what: string,
  script: string,
  database = BANK,
  where?: DatabasePod,
): Promise<string> {
  try {
    return (await kubectlBank(psql(database, where), script)).stdout.trim()
  } catch (error) {
    throw new UserError(`${what}: ${psqlProblem(error)}`, { cause: error })
  }
}

/** A psql script that is made while it runs, and can read what it printed so far. */
export type Conversation = (
  answer: <T>(read: (output: string) => T | undefined) => Promise<T>,
) => AsyncIterable<string>

/**
 * Streams a psql script into the pod of PostgreSQL.
 * @param conversation yields pieces of the script; its `answer` waits until `read` finds something in the output
 * @param database the bank's unless told otherwise
 * @throws UserError beginning with `what`; nothing is committed that the script did not commit
 */
export async function streamPsql(what: string, conversation: Conversation, database?: string): Promise<void> {
  const process = kubectlBank(psql(database ?? BANK)).stdio('pipe')
  const ended = process.catch((error: unknown) => {
    throw new UserError(`${what}: ${psqlProblem(error)}`, { cause: error })
  })
  const output = outputOf(process)
  const early = ended.then(() => {
    throw new UserError(`${what}: psql ended before it answered`)
  })
  early.catch(() => undefined)
  const script = conversation((read) => Promise.race([output.until(read), early]))
  // When psql ends first, its own words matter more than the broken pipe.
  const written = pipeline(Readable.from(script), process.stdin)
  const [end, stream] = await Promise.allSettled([ended, written])
  if (end.status === 'rejected') throw end.reason
  if (stream.status === 'rejected') throw stream.reason
}

/** Collects what a process prints, from now on. */
function outputOf(process: ProcessPromise): {
  until<T>(read: (output: string) => T | undefined): Promise<T>
} {
  let output = ''
  process.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return {
    until: (read) =>
      new Promise((resolve) => {
        const look = () => {
          const found = read(output)
          if (found === undefined) return
          process.stdout.off('data', look)
          resolve(found)
        }
        process.stdout.on('data', look)
        look()
      }),
  }
}
