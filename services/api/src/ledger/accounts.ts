import type { Pool, PoolClient } from 'pg'
import { withClient } from '../db/pool.ts'
import { randomAccountNumber } from './account-number.ts'
import { CURRENCY } from './bank.ts'

export interface Account {
  id: string
  number: string
  name: string
  currency: string
  balance: number
}

const DRAWS = 5

/**
 * Opens an account with balance zero.
 * @throws {Error} when no free number was drawn, which says that the number range is full.
 */
export async function openAccount(client: PoolClient, customerId: string, name: string): Promise<Account> {
  for (let draw = 0; draw < DRAWS; draw++) {
    const { rows } = await client.query<Account>(
      `insert into accounts (customer_id, number, name, currency) values ($1, $2, $3, $4)
       on conflict (number) do nothing
       returning id, number, name, currency, balance`,
      [customerId, randomAccountNumber(), name, CURRENCY],
    )
    if (rows[0]) return rows[0]
  }
  throw new Error(`No free account number in ${DRAWS} draws`)
}

/** Lists a customer's accounts, oldest first. */
export async function listAccounts(pool: Pool, customerId: string): Promise<Account[]> {
  const { rows } = await withClient(pool, (client) =>
    client.query<Account>(
      `select id, number, name, currency, balance from accounts
       where customer_id = $1 order by created_at, id`,
      [customerId],
    ),
  )
  return rows
}
