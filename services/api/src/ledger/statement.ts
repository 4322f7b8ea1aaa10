import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import { ENTRIES, type EntryRow } from './entries.ts'
import { checkFilter } from './entry-filter.ts'
import { findPeriod } from './period.ts'

const BATCH = 2000

export interface StatementQuery {
  customerId: string
  accountId: string
  /** The first and the last day, in UTC. */
  from: string
  to: string
}

export interface StatementLine {
  sequence: number
  date: string
  counterparty: string
  counterpartyName: string
  reference: string
  amount: number
  balance: number
}

/** What was booked on an account in a period, oldest first. */
export interface Statement {
  number: string
  name: string
  currency: string
  holder: string
  from: string
  to: string
  opening: number
  closing: number
  /** How many lines there are. */
  count: number
  /**
   * Reads the lines in batches. Between two of them it holds nothing, however long that takes.
   * @throws {Error} when the balances don't add up from opening to closing.
   */
  batches(): AsyncGenerator<StatementLine[], void>
}

/**
 * Opens a statement. Its lines are known by their numbers from then on: what is booked meanwhile isn't among them.
 * @throws {Refusal} not_found for an account that isn't the customer's, invalid_request when `from` is after `to`.
 */
export async function openStatement(pool: Pool, query: StatementQuery): Promise<Statement> {
  checkFilter(query)
  const { before, last, ...period } = await withClient(pool, (client) => findPeriod(client, query))
  return {
    ...period,
    from: query.from,
    to: query.to,
    count: last - before,
    batches: async function* () {
      let balance = period.opening
      for (let after = before; after < last; after += BATCH) {
        const lines = await readLines(pool, query, after, Math.min(after + BATCH, last))
        balance = addUp(balance, lines)
        yield lines
      }
      if (balance !== period.closing) throw new Error(`the statement of account ${query.accountId} has gaps`)
    },
  }
}

async function readLines(
  pool: Pool,
  { accountId, customerId }: StatementQuery,
  after: number,
  last: number,
): Promise<StatementLine[]> {
  const { rows } = await withClient(pool, (client) =>
    client.query<EntryRow>(
      `${ENTRIES} and entries.sequence > $3 and entries.sequence <= $4 order by entries.sequence`,
      [accountId, customerId, after, last],
    ),
  )
  return rows.map((row) => ({
    sequence: row.sequence,
    date: row.createdAt.toISOString().slice(0, 10),
    counterparty: row.counterparty,
    counterpartyName: row.counterpartyName,
    reference: row.reference,
    amount: row.amount,
    balance: row.balance,
  }))
}

/** Follows the balance from line to line: a statement that doesn't add up is never handed out whole. */
function addUp(opening: number, lines: readonly StatementLine[]): number {
  let balance = opening
  for (const line of lines) {
    if (balance + line.amount !== line.balance) {
      throw new Error(`entry ${line.sequence} of an account does not continue its balance`)
    }
    balance = line.balance
  }
  return balance
}
