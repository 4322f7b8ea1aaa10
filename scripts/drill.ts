// drill: loses the database of the running bank on purpose, restores it, and proves what is there then
//
// Usage: ./dway drill restore [--yes] [--json]
//
// A customer of its own moves money over HTTPS before a backup, after it, and after the moment that will be restored.
// Then, after asking, all tables of the bank are dropped, and PostgreSQL is restored to that moment as ./dway restore
// does it. What was paid until then must be there, what came later gone, the books right, the digest that of the moment,
// the session from before open, and a new transfer booked. Prints the RPO (from the moment back to the last transaction
// that is there) and the RTO (from the loss until the bank served again). The bank is away meanwhile, and keeps the
// customer. Whatever anybody else books after the moment is lost; whoever uses the bank at that moment keeps the digests
// from being compared. The restored database is backed up, and the destroyed one is kept if not everything was proved: then
// it ends with 1.
//
//   --yes   does not ask before destroying
//   --json  prints the result as JSON
import { readArgs } from './lib/args.ts'
import { drillRestore, type DrillResult } from './lib/backup/drill.ts'
import { requireBackups } from './lib/backup/jobs.ts'
import { moment, seconds } from './lib/backup/print.ts'
import { asOnlyRestore } from './lib/backup/restore-live.ts'
import { confirm, requireSomebody } from './lib/confirm.ts'
import { runVerb, UsageError } from './lib/errors.ts'
import { report } from './lib/report.ts'
import { requireCluster } from './lib/running.ts'
import { readContents } from './lib/seed/state.ts'

/** What the bank loses, for whoever is asked. */
async function losses(at: Date): Promise<string[]> {
  const { customers, transfers } = await readContents()
  return [
    `all tables of the running bank, with ${customers} customers and ${transfers} transfers, which are then restored`,
    `for good: everything that is booked after ${moment(at)}`,
  ]
}

function print({ checks, ...rest }: DrillResult, json: boolean): void {
  if (json) {
    const passed = checks.every(({ verdict }) => verdict === 'passed')
    if (!passed) process.exitCode = 1
    console.log(JSON.stringify({ passed, ...rest, checks }, null, 2))
    return
  }
  report(checks, false)
  console.log(`restored to ${moment(rest.at)} from ${rest.backup}`)
  console.log(`RPO ${seconds(rest.rpoSeconds)}, RTO ${seconds(rest.rtoSeconds)}`)
}

await runVerb('drill', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: 1 })
  const [what] = words
  if (what !== 'restore') throw new UsageError(`'${what ?? ''}' is not known: use ./dway drill restore`)
  requireSomebody(flags['yes'] === true)
  await requireCluster()
  await requireBackups()
  const result = await asOnlyRestore(() =>
    drillRestore(async (at) => confirm('destroys', await losses(at), flags['yes'] === true)),
  )
  print(result, flags['json'] === true)
})
