import { createInterface } from 'node:readline/promises'
import { UserError } from './errors.ts'

/**
 * For verbs that work for a while before they ask.
 * @param flags what to add instead of an answer
 * @throws UserError if there will be a question, and nobody to answer it
 */
export function requireSomebody(yes: boolean, flags = '--yes'): void {
  if (!yes && !process.stdin.isTTY)
    throw new UserError(`nothing was done: there is nobody to ask, so add ${flags}`)
}

/**
 * Names what will be destroyed and asks, unless the user said yes beforehand.
 * @throws UserError if the answer is not yes, or if there is nobody to ask
 */
export async function confirm(verb: string, victims: readonly string[], yes: boolean): Promise<void> {
  console.error(`This ${verb}:`)
  for (const victim of victims) console.error(`  - ${victim}`)
  if (yes) return
  requireSomebody(yes)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // Neither the end of the input nor Ctrl-C at the question is a yes.
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
  const answer = await Promise.race([terminal.question('Go on? [y/N] ').catch(() => ''), closed])
  terminal.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('nothing was done')
}
