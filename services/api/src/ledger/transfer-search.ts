import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import { Refusal } from '../errors.ts'
import { readDownwards, type Window } from './search-windows.ts'
import type { Transfer } from './transfers.ts'

/** One side of a transfer as an operator sees it: whose the account is, null for the bank's own. */
export interface BookedSide {
  number: string
  name: string
  customerId: string | null
}

export interface BookedTransfer extends Omit<Transfer, 'from' | 'to'> {
  from: BookedSide
  to: BookedSide
}

export interface BookedTransferQuery {
  /** A part of the reference; case does not matter. */
  q: string
  limit: number
  cursor: string | undefined
}

export interface BookedTransferPage {
  transfers: BookedTransfer[]
  nextCursor: string | null
  /** Where a search stopped before the page was full, and `nextCursor` goes on; null if it didn't. */
  searchedTo: string | null
}

interface BookedRow {
  entryId: number
  transfer: BookedTransfer
}

/** SQL of transfers by the entry of who paid: entries are numbered in the order of booking, transfers are not. */
const BOOKED = `
  select paid.id as "entryId",
    describe_transfer(transfers, payer.number, payee.number) || jsonb_strip_nulls(jsonb_build_object(
      'reversedBy', (select id from transfers later where later.reverses = transfers.id)
    )) || jsonb_build_object(
      'from', jsonb_build_object('number', payer.number, 'name', coalesce(paying.name, payer.name), 'customerId', paying.id),
      'to', jsonb_build_object('number', payee.number, 'name', coalesce(paid_to.name, payee.name), 'customerId', paid_to.id)
    ) as transfer
  from entries paid
  join transfers on transfers.id = paid.transfer_id
  join accounts payer on payer.id = transfers.from_account_id
  join accounts payee on payee.id = transfers.to_account_id
  left join customers paying on paying.id = payer.customer_id
  left join customers paid_to on paid_to.id = payee.customer_id
  where paid.amount < 0`

/** Transfers whose reference has a text ($3) in it, of the entries between two ($1, $2), at most $4. */
export const TRANSFER_SEARCH = `${BOOKED} and paid.id < $1 and paid.id > $2
  and strpos(lower(transfers.reference), lower($3)) > 0 order by paid.id desc limit $4`

/**
 * Finds a transfer by its id or by that of one of its entries.
 * @throws {Refusal} unknown_transfer.
 */
export async function findBookedTransfer(pool: Pool, id: string): Promise<BookedTransfer> {
  const condition = /^[0-9]+$/.test(id)
    ? 'paid.transfer_id = (select transfer_id from entries where id = $1::bigint)'
    : 'paid.transfer_id = $1::uuid'
  const { rows } = await withClient(pool, (client) =>
    client.query<BookedRow>(`${BOOKED} and ${condition}`, [id]),
  )
  if (!rows[0]) throw new Refusal('unknown_transfer', 'There is no such transfer')
  return rows[0].transfer
}

/**
 * Searches all of the bank's transfers for a reference, newest first, from where `cursor` says. No index knows
 * references, which would cost each transfer: it looks at entries window by window, for a second.
 * @throws {Refusal} invalid_request for a bad cursor.
 */
export async function searchTransfers(
  pool: Pool,
  { q, limit, cursor }: BookedTransferQuery,
): Promise<BookedTransferPage> {
  const from = cursor === undefined ? (await newestEntry(pool)) + 1 : readTransferCursor(cursor, q)
  const { rows, before, isDone } = await readDownwards(
    { before: from, end: 0, limit, inWindows: true },
    (window) => readWindow(pool, q, window),
  )
  const found = rows.slice(0, limit)
  const transfers = found.map(({ transfer }) => transfer)
  if (rows.length > limit) {
    return { transfers, nextCursor: writeTransferCursor(found.at(-1)?.entryId ?? 0, q), searchedTo: null }
  }
  if (isDone) return { transfers, nextCursor: null, searchedTo: null }
  const searchedTo = await timeFrom(pool, before)
  return { transfers, nextCursor: writeTransferCursor(before, q), searchedTo: searchedTo.toISOString() }
}

async function readWindow(pool: Pool, q: string, { before, after, most }: Window): Promise<BookedRow[]> {
  const { rows } = await withClient(pool, (client) =>
    client.query<BookedRow>(TRANSFER_SEARCH, [before, after, q, most]),
  )
  return rows
}

async function newestEntry(pool: Pool): Promise<number> {
  const { rows } = await withClient(pool, (client) =>
    client.query<{ id: number }>('select id from entries order by id desc limit 1'),
  )
  return rows[0]?.id ?? 0
}

/** When the first entry with this number or a higher one was booked; numbers have gaps. */
async function timeFrom(pool: Pool, entryId: number): Promise<Date> {
  const { rows } = await withClient(pool, (client) =>
    client.query<{ createdAt: Date }>(
      'select created_at as "createdAt" from entries where id >= $1 order by id limit 1',
      [entryId],
    ),
  )
  return rows[0]?.createdAt ?? new Date()
}

/** A cursor says before which entry to go on, in the search for one text; to clients it is opaque. */
function writeTransferCursor(entryId: number, q: string): string {
  return Buffer.from(`transfer:${entryId}:${hashOf(q)}`).toString('base64url')
}

function readTransferCursor(cursor: string, q: string): number {
  const [, digits, hash] =
    /^transfer:([0-9]{1,15}):([\w-]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (digits === undefined || hash !== hashOf(q))
    throw new Refusal('invalid_request', 'cursor is not one that this API gave for this search')
  return Number(digits)
}

const hashOf = (q: string) => createHash('sha256').update(q).digest('base64url').slice(0, 16)
