import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import { readCursor, writeCursor } from './entry-cursor.ts'
import { checkFilter, isSearch, searchCondition, type EntryFilter } from './entry-filter.ts'
import { findPeriod } from './period.ts'
import { readDownwards, type Window } from './search-windows.ts'

export interface Entry {
  id: string
  transferId: string
  amount: number
  balance: number
  reference: string
  /** The account number on the other side. */
  counterparty: string
  /** Who has that account; what an own account is called. */
  counterpartyName: string
  createdAt: string
}

export interface EntryPage {
  entries: Entry[]
  nextCursor: string | null
  /** Where a search stopped before the page was full, and `nextCursor` goes on; null if it didn't. */
  searchedTo: string | null
}

export interface EntryQuery {
  customerId: string
  accountId: string
  limit: number
  cursor: string | undefined
  filter: EntryFilter
}

export interface EntryRow extends Omit<Entry, 'id' | 'createdAt'> {
  id: number
  sequence: number
  createdAt: Date
}

/** SQL of an account's ($1) entries as its customer ($2) may see them; a condition on them follows. */
export const ENTRIES = `
  select entries.id, entries.sequence, entries.transfer_id as "transferId", entries.amount,
    entries.balance_after as balance, transfers.reference, other.number as counterparty,
    counterparty.name as "counterpartyName", entries.created_at as "createdAt"
  from entries
  join transfers on transfers.id = entries.transfer_id
  join accounts other on other.id =
    case entries.account_id when transfers.from_account_id then transfers.to_account_id
    else transfers.from_account_id end
  left join customers on customers.id = other.customer_id
  cross join lateral (
    select case when customers.id is null or customers.id = $2 then other.name else customers.name end as name
  ) counterparty
  where entries.account_id = $1`

/**
 * Lists the entries of an account that a filter lets through, newest first, from where `cursor` says.
 * @throws {Refusal} not_found for an account that isn't the customer's; invalid_request for a cursor of another list
 *   and for a filter that contradicts itself.
 */
export async function listEntries(pool: Pool, query: EntryQuery): Promise<EntryPage> {
  const { filter, limit } = query
  checkFilter(filter)
  const cursor = query.cursor === undefined ? Infinity : readCursor(query.cursor, query)
  const period = await withClient(pool, (client) => findPeriod(client, { ...query, ...filter }))
  const goOnBefore = (sequence: number) => writeCursor(sequence, query)
  const { rows, before, isDone } = await readDownwards(
    {
      ...{ before: Math.min(cursor, period.last + 1), end: period.before },
      ...{ limit, inWindows: isSearch(filter) },
    },
    (window) => readWindow(pool, query, window),
  )
  const entries = rows.slice(0, limit).map(toEntry)
  if (rows.length > limit) {
    return { entries, nextCursor: goOnBefore(rows[limit - 1]?.sequence ?? 0), searchedTo: null }
  }
  if (isDone) return { entries, nextCursor: null, searchedTo: null }
  const searchedTo = await timeOf(pool, query.accountId, before)
  return { entries, nextCursor: goOnBefore(before), searchedTo: searchedTo.toISOString() }
}

/** Reads those between two sequences that are wanted, newest first. */
async function readWindow(
  pool: Pool,
  { accountId, customerId, filter }: EntryQuery,
  { before, after, most }: Window,
): Promise<EntryRow[]> {
  const search = searchCondition(filter, 6)
  const { rows } = await withClient(pool, (client) =>
    client.query<EntryRow>(
      `${ENTRIES} and entries.sequence < $3 and entries.sequence > $4 and ${search.sql}
       order by entries.sequence desc limit $5`,
      [accountId, customerId, before, after, most, ...search.parameters],
    ),
  )
  return rows
}

async function timeOf(pool: Pool, accountId: string, sequence: number): Promise<Date> {
  const { rows } = await withClient(pool, (client) =>
    client.query<{ createdAt: Date }>(
      'select created_at as "createdAt" from entries where account_id = $1 and sequence = $2',
      [accountId, sequence],
    ),
  )
  if (!rows[0]) throw new Error(`account ${accountId} has no entry ${sequence}`)
  return rows[0].createdAt
}

/** What is told of an entry. */
function toEntry({ sequence: _, ...row }: EntryRow): Entry {
  return { ...row, id: String(row.id), createdAt: row.createdAt.toISOString() }
}
