/** A failure that the user can understand and act on; it is printed as one line, without a stack. */
export class UserError extends Error {
  override name = 'UserError'
}

/** A failure of the words that a verb was called with: exit code 2 instead of 1. */
export class UsageError extends UserError {
  override name = 'UsageError'
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Runs a verb; prints what it throws and sets the exit code: 1 for a failure, 2 for wrong words. */
export async function runVerb(verb: string, main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    if (error instanceof UserError) console.error(`dway ${verb}: ${error.message}`)
    else console.error(error)
    process.exitCode ||= error instanceof UsageError ? 2 : 1
  }
}
