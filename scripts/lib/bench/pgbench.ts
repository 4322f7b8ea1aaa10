import { inPostgresPod, runPsql } from '../database.ts'
import { UserError } from '../errors.ts'
import { kubectlBank, must } from '../shell.ts'
import { ACCOUNT_PREFIX, CLIENTS, CUSTOMER_PREFIX, FIRST_NUMBER } from './clients.ts'

/** pgbench's script of a transfer: the statement that the api sends, between two clients at random. */
export const transferScript = `\\set from random(0, ${CLIENTS - 1})
\\set to (:from + random(1, ${CLIENTS - 1})) % ${CLIENTS}
\\set body ${FIRST_NUMBER} + :to
\\set number :body * 100 + 98 - (:body * 100) % 97
\\set amount random(1, 100)
select outcome, replayed from transfer_money(('${CUSTOMER_PREFIX}' || lpad(:from::text, 12, '0'))::uuid,
  gen_random_uuid()::text, sha256(uuid_send(gen_random_uuid())),
  ('${ACCOUNT_PREFIX}' || lpad(:from::text, 12, '0'))::uuid, lpad(:number::text, 10, '0'), :amount, 'Bench');
`

/** The options of one run of pgbench. */
export interface PgbenchOptions {
  database: string
  clients: number
  seconds: number
  seed: number
}

/**
 * Runs pgbench in the pod of PostgreSQL, over its socket, with the api's role and rights.
 * @returns transactions a second
 * @throws UserError if it fails, or if not every transaction booked a transfer
 */
export async function pgbench(script: string, options: PgbenchOptions): Promise<number> {
  const { database, clients, seconds, seed } = options
  const words = [
    ...['--no-vacuum', '--protocol=prepared', '--jobs=2', `--client=${clients}`, `--time=${seconds}`],
    ...[`--random-seed=${seed}`, '--max-tries=5', '--file=-'],
    ...['--host=/run/postgresql', database],
  ]
  const before = await transfersBooked(database)
  const run = kubectlBank(
    [...inPostgresPod, 'sh', '-c', 'PGOPTIONS="-c role=dwaybank_api" exec pgbench "$@"', 'sh', ...words],
    script,
  )
  const { perSecond, transactions } = readReport((await must('pgbench failed', run)).stdout)
  const booked = (await transfersBooked(database)) - before
  if (booked < transactions)
    throw new UserError(`pgbench asked for ${transactions} transfers, of which ${booked} were booked`)
  return perSecond
}

/** What pgbench's report says. */
export function readReport(report: string): { perSecond: number; transactions: number } {
  const figure = (pattern: RegExp) => Number(pattern.exec(report)?.[1])
  const perSecond = figure(/^tps = ([\d.]+)/m)
  const transactions = figure(/^number of transactions actually processed: (\d+)/m)
  const failed = figure(/^number of failed transactions: (\d+)/m)
  if (!(perSecond > 0) || !(transactions > 0)) throw new UserError(`pgbench reported no figures: ${report}`)
  if (failed > 0) throw new UserError(`pgbench had ${failed} failed transactions`)
  return { perSecond, transactions }
}

/** How many rows the statistics say that transfers has ever got; exact when whoever wrote has left. */
async function transfersBooked(database: string): Promise<number> {
  const query = "select n_tup_ins from pg_stat_user_tables where relname = 'transfers';\n"
  return Number(await runPsql('the statistics cannot be read', query, database))
}
