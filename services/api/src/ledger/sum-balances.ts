import type { Pool } from 'pg'
import { transaction } from '../db/transaction.ts'

/** It reads every account, beside everybody's transfers. */
const LIMIT_MS = 1000

/**
 * Sums all balances by currency, in minor units. Each sum is zero: what one account got, another gave.
 * @throws {Unavailable} as `transaction`, and when it takes longer than a second.
 */
export async function sumBalances(pool: Pool): Promise<Map<string, number>> {
  const { rows } = await transaction(pool, async (client) => {
    await client.query(`set local statement_timeout = ${LIMIT_MS}`)
    return client.query<{ currency: string; sum: string }>(
      'select currency, sum(balance)::text as sum from accounts group by currency',
    )
  })
  // A sum beyond what a number holds exactly is wrong anyway, and must be seen instead of failing.
  return new Map(rows.map(({ currency, sum }) => [currency, Number(sum)]))
}
