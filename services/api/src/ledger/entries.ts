import type { Pool, PoolClient } from 'pg'
import { withClient } from '../db/pool.ts'
import { readCursor, writeCursor } from './entry-cursor.ts'
import { checkFilter, isSearch, searchCondition, type EntryFilter } from './entry-filter.ts'
import { findPeriod } from './period.ts'

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

/** How many entries one request looks at, at most, in order to find those that are searched for. */
export const SEARCHED_ENTRIES = 20_000

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
  return withClient(pool, async (client) => {
    const period = await findPeriod(client, { ...query, ...filter })
    const before = Math.min(cursor, period.last + 1)
    const after = isSearch(filter) ? Math.max(period.before, before - 1 - SEARCHED_ENTRIES) : period.before
    const rows = await readPage(client, query, { before, after })
    const entries = rows.slice(0, limit).map(toEntry)
    const goOnBefore = (sequence: number) => writeCursor(sequence, query)
    if (rows.length > limit) {
      return { entries, nextCursor: goOnBefore(rows[limit - 1]?.sequence ?? 0), searchedTo: null }
    }
    if (after <= period.before) return { entries, nextCursor: null, searchedTo: null }
    const searchedTo = await timeOf(client, query.accountId, after + 1)
    return { entries, nextCursor: goOnBefore(after + 1), searchedTo: searchedTo.toISOString() }
  })
}

/** Reads one entry more than the page takes, if there is one. */
async function readPage(
  client: PoolClient,
  { accountId, customerId, limit, filter }: EntryQuery,
  { before, after }: { before: number; after: number },
): Promise<EntryRow[]> {
  const search = searchCondition(filter, 6)
  const { rows } = await client.query<EntryRow>(
    `${ENTRIES} and entries.sequence < $3 and entries.sequence > $4 and ${search.sql}
     order by entries.sequence desc limit $5`,
    [accountId, customerId, before, after, limit + 1, ...search.parameters],
  )
  return rows
}

async function timeOf(client: PoolClient, accountId: string, sequence: number): Promise<Date> {
  const { rows } = await client.query<{ createdAt: Date }>(
    'select created_at as "createdAt" from entries where account_id = $1 and sequence = $2',
    [accountId, sequence],
  )
  if (!rows[0]) throw new Error(`account ${accountId} has no entry ${sequence}`)
  return rows[0].createdAt
}

/** What is told of an entry. */
export function toEntry({ sequence: _, ...row }: EntryRow): Entry {
  return { ...row, id: String(row.id), createdAt: row.createdAt.toISOString() }
}
