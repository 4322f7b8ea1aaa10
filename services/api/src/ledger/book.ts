import type { PoolClient } from 'pg'

export interface LockedAccount {
  id: string
  number: string
  customerId: string | null
  currency: string
  balance: number
  allowsOverdraft: boolean
}

export interface Booking {
  from: LockedAccount
  to: LockedAccount
  amount: number
  reference: string
}

export interface Transfer {
  id: string
  amount: number
  currency: string
  reference: string
  createdAt: string
  from: { number: string }
  to: { number: string }
}

/**
 * Locks the accounts that have one of the ids or numbers, always in the order of their ids, so that two
 * transfers between the same accounts wait for each other instead of deadlocking.
 */
export async function lockAccounts(
  client: PoolClient,
  wanted: { ids: readonly string[]; numbers: readonly string[] },
): Promise<LockedAccount[]> {
  const { rows } = await client.query<LockedAccount>(
    `select id, number, customer_id as "customerId", currency, balance, allows_overdraft as "allowsOverdraft"
     from accounts where id = any($1) or number = any($2) order by id for no key update`,
    [wanted.ids, wanted.numbers],
  )
  return rows
}

/**
 * Books a transfer between two locked accounts of one currency: the journal, both postings, both balances.
 * The constraints of the database refuse what isn't covered or doesn't sum to zero.
 */
export async function book(client: PoolClient, { from, to, amount, reference }: Booking): Promise<Transfer> {
  const { currency } = from
  const { rows } = await client.query<{ id: string; createdAt: Date }>(
    `with journal as (
       insert into transfers (from_account_id, to_account_id, amount, currency, reference)
       values ($1, $2, $3, $4, $5) returning id, created_at
     ), balances as (
       update accounts set balance = balance + case id when $1 then -$3::bigint else $3::bigint end
       where id in ($1, $2) returning id, balance
     ), postings as (
       insert into entries (transfer_id, account_id, currency, amount, balance_after)
       select journal.id, balances.id, $4, case balances.id when $1 then -$3::bigint else $3::bigint end,
         balances.balance
       from journal, balances
     )
     select id, created_at as "createdAt" from journal`,
    [from.id, to.id, amount, currency, reference],
  )
  const journal = rows[0]
  if (!journal) throw new Error('The journal entry of a transfer was not returned')
  return {
    id: journal.id,
    amount,
    currency,
    reference,
    createdAt: journal.createdAt.toISOString(),
    from: { number: from.number },
    to: { number: to.number },
  }
}
