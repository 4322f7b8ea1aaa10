// bench: measures what a developer waits for, how fast ledger, page and backups are, or what it costs to be watched; prints a table
//
// Usage: ./dway bench loop [--only NAME] [--yes] [--json]
//        ./dway bench ledger [--only NAME] [--minutes N] [--seed WORD] [--yes] [--json]
//        ./dway bench watching [--seed WORD] [--yes] [--json]
//        ./dway bench backup [--seed WORD] [--yes] [--json]
//        ./dway bench page [--yes] [--json]
//
// loop takes the stack down and up again, with the loss of its data, kills its node and edits sources, which it puts
// back. ledger needs a running bank, compares ways to do the same on its pods, and leaves what it books in the books.
// watching goes between the profiles core and full, with the same load on each, and looks at the full one at rest.
// backup holds a full backup and a restore of what the bank holds against a plain copy of the same files, and transfers
// against the same without an archive. page measures LCP, CLS and INP of the page in a browser, and how it scrolls; for
// minutes production's page is served in the place of dev's.
// docs/benchmarks.md says what is measured. What loses data, kills or stays in the books is asked about first. Exit
// code 1: a goal was missed, which loop only prints, or something could not be measured.
//
//   --only NAME  loop: again, edit-api, edit-web, node-restart, memory, images, hooks, validate or down-up;
//                ledger: transfers, hot, chain, history, seed or memory
//   --minutes N  ledger only: how long the load lasts under which the api's memory is looked at (10; at least 5)
//   --seed WORD  what the pairs of accounts are derived from (dwaybank)
//   --yes        does not ask before
//   --json       prints the figures as JSON
import { choice, readArgs, wholeNumber } from './lib/args.ts'
import { measureBackup } from './lib/bench/backup.ts'
import { loopMeasures, measureLoop } from './lib/bench/loop.ts'
import { ledgerMeasures, measureLedger } from './lib/bench/ledger.ts'
import { measurePage } from './lib/bench/page.ts'
import { measureWatching } from './lib/bench/watching.ts'
import { LEAST_MINUTES } from './lib/bench/memory.ts'
import { runVerb, UsageError } from './lib/errors.ts'

await runVerb('bench', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: 1 })
  const [what] = words
  const chosen = <T extends string>(all: readonly T[]): readonly T[] =>
    flags['only'] === undefined ? all : all.filter((name) => name === choice(flags, 'only', all, name))
  const [yes, json] = [flags['yes'] === true, flags['json'] === true]
  if (flags['only'] !== undefined && what !== 'loop' && what !== 'ledger')
    throw new UsageError('--only names a measure of ./dway bench loop or ledger')
  if (flags['minutes'] !== undefined && what !== 'ledger')
    throw new UsageError('--minutes is how long ./dway bench ledger looks at the memory')
  if (what === 'loop') return measureLoop({ chosen: chosen(loopMeasures), yes, json })
  if (what === 'page') return measurePage({ yes, json })
  const seed = String(flags['seed'] ?? 'dwaybank')
  if (what === 'watching') return measureWatching({ seed, yes, json })
  if (what === 'backup') return measureBackup({ seed, yes, json })
  if (what !== 'ledger')
    throw new UsageError('say what to measure: ./dway bench loop, ledger, watching, backup or page')
  const minutes = wholeNumber(flags, 'minutes', 10, LEAST_MINUTES)
  return measureLedger({ chosen: chosen(ledgerMeasures), minutes, seed, yes, json })
})
