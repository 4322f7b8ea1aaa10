import type { Pool, PoolClient } from 'pg'
import { withClient } from '../db/pool.ts'
import { Refusal } from '../errors.ts'
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

/** How many accounts a customer may have. */
export const MOST_ACCOUNTS = 20

/**
 * Opens an account with balance zero, in a transaction.
 * @throws {Refusal} account_limit.
 * @throws {Error} when no free number was drawn, which says that the number range is full.
 */
export async function openAccount(client: PoolClient, customerId: string, name: string): Promise<Account> {
  await checkLimit(client, customerId)
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

/** Counts when nobody else opens an account for this customer, until the end of the transaction. */
async function checkLimit(client: PoolClient, customerId: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended('accounts of ' || $1, 0))", [customerId])
  const { rows } = await client.query<{ count: number }>(
    'select count(*) from accounts where customer_id = $1',
    [customerId],
  )
  if ((rows[0]?.count ?? 0) >= MOST_ACCOUNTS) {
    throw new Refusal('account_limit', `A customer has at most ${MOST_ACCOUNTS} accounts`)
  }
}

/**
 * Finds an account of a customer.
 * @throws {Refusal} not_found, for somebody else's too.
 */
export async function findAccount(pool: Pool, customerId: string, accountId: string): Promise<Account> {
  const { rows } = await withClient(pool, (client) =>
    client.query<Account>(
      'select id, number, name, currency, balance from accounts where id = $1 and customer_id = $2',
      [accountId, customerId],
    ),
  )
  if (!rows[0]) throw new Refusal('not_found', 'There is no such account')
  return rows[0]
}

/**
 * Finds whose an account is, for an operator; the bank's own is nobody's.
 * @throws {Refusal} not_found.
 */
export async function findAccountOwner(pool: Pool, accountId: string): Promise<string> {
  const { rows } = await withClient(pool, (client) =>
    client.query<{ customerId: string | null }>(
      'select customer_id as "customerId" from accounts where id = $1',
      [accountId],
    ),
  )
  const owner = rows[0]?.customerId
  if (!owner) throw new Refusal('not_found', 'There is no such account')
  return owner
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
