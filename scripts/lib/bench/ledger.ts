import { confirm } from '../confirm.ts'
import { messageOf } from '../errors.ts'
import { cleaningUp } from '../on-exit.ts'
import { requireCluster } from '../running.ts'
import { step } from '../steps.ts'
import { chain } from './chain.ts'
import { type Client, closeSessions, ensureAccounts, openSessions } from './clients.ts'
import { findFrontDoor } from '../front-door.ts'
import { history } from './history.ts'
import { HISTORIAN, LONG, SHORT } from './long-accounts.ts'
import { printFindings, rounded, type Finding, type Measure, type Run } from './measure.ts'
import { memory } from './memory.ts'
import { seed } from './seed.ts'
import { hot, transfers } from './transfers.ts'
import { withoutTilt } from './without-tilt.ts'

const measures = { transfers, hot, chain, history, seed, memory } satisfies Record<string, Measure>

export type LedgerMeasure = keyof typeof measures

/** The measures of the ledger by name, in the order in which they are made. */
export const ledgerMeasures = Object.keys(measures) as LedgerMeasure[]

export interface LedgerOptions {
  chosen: readonly LedgerMeasure[]
  minutes: number
  seed: string
  yes: boolean
  json: boolean
}

/** What a measure leaves in the bank's books; the others work beside them. */
const left = (minutes: number): Partial<Record<LedgerMeasure, string>> => ({
  transfers: 'transfers of about two minutes of load, by the api and by pgbench',
  hot: 'transfers of about two minutes more',
  history: `accounts with ${rounded(LONG.entries)} and ${rounded(SHORT.entries)} entries, about 1 GB, once`,
  memory: `transfers of ${minutes} minutes of load`,
})

/** Measures the ledger, prints a table, and sets the exit code to 1 unless every goal was met. */
export async function measureLedger(options: LedgerOptions): Promise<void> {
  const { chosen, minutes, json } = options
  await requireCluster()
  const leaves = chosen.flatMap((name) => left(minutes)[name] ?? [])
  if (leaves.length > 0)
    await confirm(
      'leaves in the books, which only ./dway seed --reset empties',
      [`${HISTORIAN + 1} customers with funded accounts, once`, ...leaves],
      options.yes,
    )
  const findings: Finding[] = []
  const failures: string[] = []
  const door = await findFrontDoor()
  const clients = leaves.length > 0 ? await makeClients() : []
  const run: Run = { seed: options.seed, minutes, door, clients }
  const measureAll = async () => {
    for (const name of chosen) {
      // What can't be measured doesn't keep the others from it.
      await step(name, async (progress) => findings.push(...(await measures[name](run, progress)))).catch(
        (error: unknown) => failures.push(`${name} was not measured: ${messageOf(error)}`),
      )
    }
  }
  await cleaningUp(
    () => withoutTilt(measureAll),
    () => closeSessions(clients),
  )
  printFindings(findings, failures, json)
}

async function makeClients(): Promise<Client[]> {
  const positions = Array.from({ length: HISTORIAN + 1 }, (_, position) => position)
  await step('make accounts', () => ensureAccounts(positions))
  return step('write sessions', () => openSessions(positions))
}
