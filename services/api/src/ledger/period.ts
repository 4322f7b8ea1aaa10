import type { PoolClient } from 'pg'
import { Refusal } from '../errors.ts'

/** An account that the customer has, and which of its entries a period covers. */
export interface Period {
  number: string
  name: string
  currency: string
  holder: string
  /** The sequence of the last entry before the period, or 0. */
  before: number
  /** The sequence of the last entry in the period; not above `before` if there is none. */
  last: number
  /** The balance before the period and after it. */
  opening: number
  closing: number
}

/**
 * Finds what a period of whole days in UTC covers of an account. Entries are only ever added at the end, so what it
 * covers then stays the same while it is read.
 * @throws {Refusal} not_found for an account that isn't the customer's.
 */
export async function findPeriod(
  client: PoolClient,
  account: { customerId: string; accountId: string; from?: string; to?: string },
): Promise<Period> {
  const { rows } = await client.query<Period>(
    `select accounts.number, accounts.name, accounts.currency, customers.name as holder,
       bounds.before, bounds.last, coalesce(opening.balance_after, 0) as opening,
       coalesce(closing.balance_after, 0) as closing
     from accounts
     join customers on customers.id = accounts.customer_id
     cross join lateral (
       select
         case when $3::date is null then 0
           else entries_before(accounts.id, $3::date::timestamp at time zone 'UTC') end as before,
         case when $4::date is null then
             coalesce((select max(sequence) from entries where account_id = accounts.id), 0)
           else entries_before(accounts.id, ($4::date + 1)::timestamp at time zone 'UTC') end as last
     ) bounds
     left join entries opening on opening.account_id = accounts.id and opening.sequence = bounds.before
     left join entries closing on closing.account_id = accounts.id and closing.sequence = bounds.last
     where accounts.id = $1 and accounts.customer_id = $2`,
    [account.accountId, account.customerId, account.from ?? null, account.to ?? null],
  )
  if (!rows[0]) throw new Refusal('not_found', 'There is no such account')
  return rows[0]
}
