// ledger: checks that the bank's books add up and that nobody changed an entry behind the bank's back
//
// Usage: ./dway ledger check [--save FILE] [--since FILE] [--json]
//
// Reads the whole ledger in one snapshot and changes nothing: money in every currency sums to zero, every transfer has
// its two postings, every balance is what the entries of its account sum to and end at, and every account's entries
// form a chain without a gap in which each hash is right. A changed, removed, inserted or moved entry is named by its
// account and sequence. Ends with 1 if something is wrong, with 2 if the database could not be read.
//
//   --save FILE   writes the last hash of every account to a file in the checkout, if nothing is wrong
//   --since FILE  also proves that what an earlier --save wrote is still part of the books
//   --json        prints the checks as JSON
import { readArgs } from './lib/args.ts'
import { runPsql } from './lib/database.ts'
import { runVerb, UsageError, UserError } from './lib/errors.ts'
import { audit, notRead } from './lib/ledger/check.ts'
import { readHeads, writeHeads } from './lib/ledger/heads.ts'
import { report } from './lib/report.ts'
import { requireCluster } from './lib/running.ts'
import { note, step } from './lib/steps.ts'

const COULD_NOT_VERIFY = 2

await runVerb('ledger', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: 1 })
  const [action] = words
  if (action !== 'check') throw new UsageError(`'${action ?? ''}' is not known: use ./dway ledger check`)
  const json = flags['json'] === true
  const { save, since } = flags
  const earlier = typeof since === 'string' ? readHeads(since) : undefined

  await requireCluster()
  const audited = await step('read the books', () =>
    audit((script) => runPsql('the books cannot be read', script), {
      heads: save !== undefined,
      ...(earlier && { since: earlier }),
    }),
  ).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error
    return notRead(error)
  })
  if (Array.isArray(audited)) {
    report(audited, json)
    process.exitCode = COULD_NOT_VERIFY
    return
  }
  report(audited.checks, json)
  if (typeof save !== 'string' || !audited.heads) return
  if (process.exitCode) note(`nothing is saved to ${save} from books that are wrong`)
  else writeHeads(save, audited.heads)
})
