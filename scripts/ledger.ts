// ledger: checks that the bank's books add up and that nobody changed an entry behind the bank's back
//
// Usage: ./dway ledger check [--save FILE] [--since FILE] [--json]
//
// Reads the whole ledger in one snapshot and changes nothing: money in every currency sums to zero, every transfer has
// its two postings, every balance is what the entries of its account sum to and end at, and every account's entries
// form a chain without a gap in which each hash is right. A changed, removed, inserted or moved entry is named by its
// account and sequence. Ends with 1 if something is wrong, with 2 if the database or FILE could not be read.
// FILE lies in the checkout, by a path from its root: nothing else of the host is seen here.
//
//   --save FILE   writes the last hash of every account, if nothing is wrong
//   --since FILE  also proves that what an earlier --save wrote is still part of the books
//   --json        prints the checks as JSON
import { readArgs } from './lib/args.ts'
import { checkoutFile } from './lib/checkout-file.ts'
import { runPsql } from './lib/database.ts'
import { runVerb, UsageError, UserError } from './lib/errors.ts'
import { type Audit, audit, notAudited } from './lib/ledger/check.ts'
import { readHeads, requireWritable, writeHeads } from './lib/ledger/heads.ts'
import { report } from './lib/report.ts'
import { requireCluster } from './lib/running.ts'
import { note, step } from './lib/steps.ts'

const COULD_NOT_VERIFY = 2

await runVerb('ledger', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: 1 })
  const [action] = words
  if (action !== 'check') throw new UsageError(`'${action ?? ''}' is not known: use ./dway ledger check`)
  const json = flags['json'] === true
  const [save, since] = [flags['save'], flags['since']].map((file) =>
    typeof file === 'string' ? checkoutFile(file) : undefined,
  )
  if (save !== undefined) requireWritable(save)

  const audited = await readBooks(save !== undefined, since).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error
    return notAudited(error)
  })
  if (Array.isArray(audited)) {
    report(audited, json)
    process.exitCode = COULD_NOT_VERIFY
    return
  }
  report(audited.checks, json)
  if (save === undefined || !audited.heads) return
  if (process.exitCode) note(`nothing is saved to ${save} from books that are wrong`)
  else writeHeads(save, audited.heads)
})

async function readBooks(heads: boolean, since: string | undefined): Promise<Audit> {
  const earlier = since === undefined ? undefined : readHeads(since)
  await requireCluster()
  return step('read the books', () =>
    audit((script) => runPsql('the books cannot be read', script), {
      heads,
      ...(earlier && { since: earlier }),
    }),
  )
}
