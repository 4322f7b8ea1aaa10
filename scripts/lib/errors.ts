import { faultIn } from './surroundings.ts'

interface Details extends ErrorOptions {
  /** Lines of events, states and logs that show it. */
  evidence?: string[]
  /** What to do about it, if the message doesn't say so. */
  remedy?: string
}

/** A failure that the user can understand and act on; it is printed as one line, without a stack. */
export class UserError extends Error {
  override name = 'UserError'
  /** What `./dway` ends with; the README lists the codes. */
  readonly exitCode: number = 1
  readonly evidence: string[]
  readonly remedy: string | undefined

  constructor(message: string, { evidence = [], remedy, ...options }: Details = {}) {
    super(message, options)
    this.evidence = evidence
    this.remedy = remedy
  }
}

/** Wrong words or settings. */
export class UsageError extends UserError {
  override name = 'UsageError'
  override readonly exitCode = 2
}

/** What the bank stands on isn't as it must be: the engine, its disk, ports or networks, or the cluster. */
export class SurroundingsError extends UserError {
  override name = 'SurroundingsError'
  override readonly exitCode = 3
}

/** An image cannot be built. */
export class BuildError extends UserError {
  override name = 'BuildError'
  override readonly exitCode = 4
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function printFailure(verb: string, { message, evidence, remedy }: UserError): void {
  console.error(`dway ${verb}: ${message}`)
  for (const line of evidence) console.error(`    ${line}`)
  if (remedy !== undefined) console.error(`  → ${remedy}`)
}

/** What a command printed that failed, if one did: in the error itself or in what caused it. */
function wordsOfCommands(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const words = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : ''
  return `${words}\n${wordsOfCommands(error.cause)}`
}

/** The error itself, or the fault of the surroundings that a failed command's words show. */
export function explained(error: unknown): unknown {
  const fault = faultIn(wordsOfCommands(error))
  return fault === undefined ? error : new SurroundingsError(fault, { cause: error })
}

/** Runs a verb; prints what it throws and sets the exit code that belongs to it. */
export async function runVerb(verb: string, main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (thrown) {
    const error = explained(thrown)
    if (error instanceof UserError) printFailure(verb, error)
    else console.error(error)
    process.exitCode ||= error instanceof UserError ? error.exitCode : 1
  }
}
