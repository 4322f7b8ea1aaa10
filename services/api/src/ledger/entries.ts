import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import { Refusal } from '../errors.ts'

export interface Entry {
  id: string
  transferId: string
  amount: number
  balance: number
  reference: string
  /** The account number on the other side. */
  counterparty: string
  createdAt: string
}

export interface EntryPage {
  entries: Entry[]
  nextCursor: string | null
}

export interface EntryQuery {
  customerId: string
  accountId: string
  limit: number
  cursor: string | undefined
}

/**
 * Lists the postings of an account, newest first, from where `cursor` says.
 * @throws {Refusal} not_found for an account that isn't the customer's, invalid_request for a bad cursor.
 */
export async function listEntries(pool: Pool, query: EntryQuery): Promise<EntryPage> {
  const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : readCursor(query.cursor)
  const rows = await withClient(pool, async (client) => {
    const owned = await client.query('select from accounts where id = $1 and customer_id = $2', [
      query.accountId,
      query.customerId,
    ])
    if (owned.rowCount === 0) throw new Refusal('not_found', 'There is no such account')
    const page = await client.query<Omit<Entry, 'createdAt' | 'id'> & { id: number; createdAt: Date }>(
      `select entries.id, transfers.id as "transferId", entries.amount, entries.balance_after as balance,
         transfers.reference, other.number as counterparty, entries.created_at as "createdAt"
       from entries
       join transfers on transfers.id = entries.transfer_id
       join accounts other on other.id =
         case entries.account_id when transfers.from_account_id then transfers.to_account_id
         else transfers.from_account_id end
       where entries.account_id = $1 and entries.id < $2
       order by entries.id desc limit $3`,
      [query.accountId, before, query.limit + 1],
    )
    return page.rows
  })
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    entries: shown.map((row) => ({ ...row, id: String(row.id), createdAt: row.createdAt.toISOString() })),
    nextCursor: last && rows.length > query.limit ? writeCursor(last.id) : null,
  }
}

/** A cursor says after which posting to go on; to clients it is opaque. */
export function writeCursor(entryId: number): string {
  return Buffer.from(`entry:${entryId}`).toString('base64url')
}

/**
 * Reads what `writeCursor` wrote.
 * @throws {Refusal} invalid_request.
 */
export function readCursor(cursor: string): number {
  const digits = /^entry:([0-9]{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (digits === undefined) throw new Refusal('invalid_request', 'cursor is not one that this API gave')
  return Number(digits)
}
