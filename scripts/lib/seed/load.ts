import { setImmediate as breathe } from 'node:timers/promises'
import { runPsql, streamPsql, type Conversation } from '../database.ts'
import { UserError } from '../errors.ts'
import { loadScript } from './load-script.ts'
import type { Plan } from './plan.ts'
import { parseDigests, wholeDigest } from './tables.ts'

/**
 * Loads a seed in one transaction, and commits it only if the database then has the planned digest.
 * @param reset whether to remove first what is there
 * @param note told about the progress
 * @param database the bank's unless told otherwise
 * @throws UserError if anything fails or differs; the database is then as it was
 */
export async function load(
  plan: Plan,
  passwordHash: string,
  reset: boolean,
  note: (text: string) => void,
  database?: string,
): Promise<void> {
  const what = 'the seed was not loaded, and nothing was changed'
  const conversation: Conversation = async function* (answer) {
    let bytes = 0
    for (const piece of pieces(loadScript(plan, passwordHash, reset))) {
      yield piece
      bytes += piece.length
      note(`${Math.round(bytes / 2 ** 20)} MiB`)
      await breathe()
    }
    note('checks')
    const digest = wholeDigest(await answer(parseDigests))
    if (digest !== plan.digest) throw new UserError(`${what}: somebody used the bank meanwhile, so try again`)
    yield 'commit;\n'
  }
  await streamPsql(what, conversation, database)
  await runPsql(
    'the tables were not analysed',
    'analyze customers, accounts, transfers, entries;\n',
    database,
  )
}

/** Joins small strings to pieces that are worth a write. */
export function* pieces(strings: Iterable<string>, size = 2 ** 18): Generator<string, void> {
  let piece = ''
  for (const string of strings) {
    piece += string
    if (piece.length < size) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
