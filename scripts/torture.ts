// torture: kills parts of the bank while money moves, and proves that none of it was lost or doubled
//
// Usage: ./dway torture [--transfers N] [--kills N | --plant FAULT] [--seed N] [--clients N] [--yes] [--json]
//
// Customers of its own send transfers over HTTPS and write down every answer, while the processes of proxy, api,
// PostgreSQL and Redis are killed with SIGKILL and, from 5 kills on, the node once, and while readers look whether
// balances add up. Then every unknown outcome is settled by its key, and the record is compared with the database: no
// acknowledged transfer lost, none applied twice, no refused one applied, the same answer for the same key, every
// balance explained, the ledger whole, every answer as the API document says. The record is kept in .dway/torture. The
// bank is healthy afterwards and keeps the test's customers with their transfers. A run that could not kill or hardly
// moved money does not pass.
//
// With --plant a fault is put into the bank's database, which must be found, or the checker proves nothing. Then the
// fault and all its transfers are taken out again, also after Ctrl-C, or at the next start.
//
//   --transfers N  how many transfers are sent (50000; 3000 with a fault)
//   --kills N      how many kills (20); a fault brings its own
//   --seed N       what transfers, victims and moments are derived from (1)
//   --clients N    how many requests are under way at once (32)
//   --plant FAULT  double: keys are no longer unique. lock: accounts are not locked, balances are written as they were
//                  read. lost: some acknowledged transfers are rolled back. fsync: commits don't wait for the disk
//   --yes          does not ask before killing
//   --json         prints the result as JSON
import { choice, readArgs, wholeNumber } from './lib/args.ts'
import { confirm } from './lib/confirm.ts'
import { messageOf, runVerb, UsageError, UserError } from './lib/errors.ts'
import { findFrontDoor } from './lib/front-door.ts'
import { HttpsClient } from './lib/https-client.ts'
import { requireCluster } from './lib/running.ts'
import { statePath } from './lib/settings.ts'
import { ensureUp } from './lib/stack.ts'
import { step } from './lib/steps.ts'
import { tiltRuns } from './lib/tilt.ts'
import { check } from './lib/torture/check.ts'
import { readBeginning, readFacts } from './lib/torture/facts.ts'
import { faultNames, faults, plant, takeOut, takeOutLeftovers, type FaultName } from './lib/torture/faults.ts'
import { doubts, figuresOf, verdictOf } from './lib/torture/figures.ts'
import { History } from './lib/torture/history.ts'
import { ledgerProblems } from './lib/torture/ledger.ts'
import { victims, type Victim } from './lib/torture/nemesis.ts'
import { printResult } from './lib/torture/print.ts'
import { makeCast, runTransfers, settle, type Plan } from './lib/torture/run.ts'

const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => interruption.abort(new UserError('interrupted')))

/** What a run does to the bank, for whoever is asked. */
function harms(order: readonly Victim[], transfers: number, fault: FaultName | undefined): string[] {
  const killed = [...Map.groupBy(order, (victim) => victim)].map(
    ([victim, times]) =>
      `kills ${victim} ${times.length === 1 ? 'once' : `${times.length} times`}, with SIGKILL`,
  )
  const left = `sends ${transfers.toLocaleString('en')} transfers between customers of its own`
  if (fault === undefined) return [...killed, `${left}, who stay in the database`]
  return [
    `plants the fault '${fault}' in the database, for all customers, and takes it out again`,
    ...killed,
    `${left}, and removes them`,
  ]
}

await runVerb('torture', async () => {
  const { flags } = readArgs(import.meta.url)
  const fault = flags['plant'] === undefined ? undefined : choice(flags, 'plant', faultNames, 'double')
  const seed = wholeNumber(flags, 'seed', 1)
  const transfers = wholeNumber(flags, 'transfers', fault ? 3000 : 50_000, 100)
  if (fault && flags['kills'] !== undefined)
    throw new UsageError(`--plant ${fault} kills what brings that fault out: leave --kills away`)
  const order = fault ? faults[fault].kills : victims(seed, wholeNumber(flags, 'kills', 20, 0, transfers))
  const clients = wholeNumber(flags, 'clients', 32, 1, 1000)
  const json = flags['json'] === true

  await requireCluster()
  const hadTilt = await tiltRuns()
  await takeOutLeftovers()
  await confirm('harms the running bank', harms(order, transfers, fault), flags['yes'] === true)

  const run = `${new Date()
    .toISOString()
    .replaceAll(/[^0-9]/g, '')
    .slice(0, 14)}-${seed}`
  const file = `torture/${run}/history.ndjson`
  const history = new History(statePath(file))
  const door = new HttpsClient(await findFrontDoor(), clients + 16)
  const plan: Plan = { run, seed, transfers, victims: order, clients, signal: interruption.signal }
  try {
    const cast = await step('register customers', () => makeCast(door, history, run))
    const beginning = await readBeginning(cast.accounts.map(({ id }) => id))
    if (fault) await step(`plant the fault '${fault}'`, () => plant(fault, run, beginning))
    const found = await (async () => {
      try {
        const started = performance.now()
        await step('send transfers and kill', (progress) =>
          runTransfers(plan, history, cast, progress),
        ).catch((error: unknown) => {
          throw new UserError(`could not verify: ${messageOf(error)}`, { cause: error })
        })
        const seconds = (performance.now() - started) / 1000
        const settled = await step('settle what is unknown', (progress) =>
          settle(plan, history, cast, progress),
        )
        const facts = await step('read the database', async () =>
          readFacts(beginning, await ledgerProblems()),
        )
        return {
          figures: figuresOf(history.events, settled, seconds),
          violations: check(history.events, facts),
        }
      } finally {
        if (fault) await step('take the fault out', () => takeOut())
      }
    })()
    const doubted = doubts(found.figures, { transfers, kills: order.length })
    const verdict = verdictOf(found.violations, doubted)
    if (hadTilt) await ensureUp()
    const result = { run, seed, file: `.dway/${file}`, fault, verdict, doubts: doubted, ...found }
    printResult(result, history.events, json)
  } finally {
    door.close()
    await history.close()
  }
})
