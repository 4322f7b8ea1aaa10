import type { Party } from './ledger-database.ts'

/** The statements with which the release before booking in the database moved money, in their order. */
export const previousTransfer = {
  claim: `insert into idempotency_keys (customer_id, key, request_hash) values ($1, $2, $3)
    on conflict do nothing`,
  recall: 'select request_hash as hash, outcome from idempotency_keys where customer_id = $1 and key = $2',
  lock: `select id, number, customer_id as "customerId", currency, balance, allows_overdraft as "allowsOverdraft"
    from accounts where id = any($1) or number = any($2) order by id for no key update`,
  book: `with journal as (
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
  keep: 'update idempotency_keys set outcome = $3 where customer_id = $1 and key = $2',
}

interface Client {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

export interface PreviousRequest {
  from: Party
  to: Party
  amount: number
  key: string
  hash: Buffer
}

/** Moves money as the previous release does. */
export async function transferAsBefore(client: Client, request: PreviousRequest): Promise<void> {
  const { from, to, amount, key, hash } = request
  const { claim, lock, book, keep } = previousTransfer
  await client.query('begin')
  await client.query(claim, [from.id, key, hash])
  await client.query(lock, [[from.account.id], [to.account.number]])
  const { rows } = await client.query(book, [from.account.id, to.account.id, amount, 'EUR', 'as before'])
  await client.query(keep, [from.id, key, JSON.stringify({ transfer: rows[0] })])
  await client.query('commit')
}
