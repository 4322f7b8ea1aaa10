import type { Pool, PoolClient } from 'pg'
import { withClient } from '../db/pool.ts'
import { Refusal } from '../errors.ts'

/** What customers are shown of their own access. */
export const SHOWN_KINDS = [
  'registered',
  'login_succeeded',
  'login_failed',
  'throttled',
  'logout',
  'logout_everywhere',
  'session_revoked',
  'password_refused',
  'password_changed',
  'profile_changed',
] as const

/** All that is kept, as the database's own list has it: that somebody tried what operators may is for the bank to see. */
export type EventKind = (typeof SHOWN_KINDS)[number] | 'operator_refused'

/** Where a request came from, as far as it is kept. */
export interface RequestSource {
  address: string
  device: string
  requestId: string
}

export interface NewEvent {
  /** Undefined where somebody tried an e-mail address that nobody has. */
  customerId: string | undefined
  kind: EventKind
  /** What else there is to say, in at most 100 characters and without anything secret or personal. */
  detail?: string
  source: RequestSource
}

export interface SecurityEvent extends RequestSource {
  id: string
  kind: (typeof SHOWN_KINDS)[number]
  detail: string
  createdAt: string
}

export interface EventPage {
  events: SecurityEvent[]
  nextCursor: string | null
}

export interface EventQuery {
  customerId: string
  limit: number
  cursor: string | undefined
}

/** Writes events, in the transaction that `client` is in, if any. */
export async function recordEvents(client: PoolClient, events: readonly NewEvent[]): Promise<void> {
  const column = (read: (event: NewEvent) => string | undefined) => events.map((event) => read(event) ?? null)
  await client.query(
    `insert into security_events (customer_id, kind, detail, address, device, request_id)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`,
    [
      column(({ customerId }) => customerId),
      column(({ kind }) => kind),
      column(({ detail }) => detail ?? ''),
      column(({ source }) => source.address),
      column(({ source }) => source.device),
      column(({ source }) => source.requestId),
    ],
  )
}

/**
 * Records that a customer logged in, if the password that was verified is still theirs.
 * A change of the password that is under way is waited for.
 * @returns whether it was recorded
 */
export async function recordLogin(
  client: PoolClient,
  { customerId, passwordHash, source }: { customerId: string; passwordHash: string; source: RequestSource },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `with verified as (select id from customers where id = $1 and password_hash = $2 for share)
     insert into security_events (customer_id, kind, address, device, request_id)
     select id, 'login_succeeded', $3, $4, $5 from verified`,
    [customerId, passwordHash, source.address, source.device, source.requestId],
  )
  return rowCount === 1
}

/**
 * Lists a customer's events, newest first, from where `cursor` says.
 * @throws {Refusal} invalid_request for a bad cursor.
 */
export async function listEvents(pool: Pool, { customerId, limit, cursor }: EventQuery): Promise<EventPage> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : readEventCursor(cursor)
  type Row = Omit<SecurityEvent, 'id' | 'createdAt'> & { id: number; createdAt: Date }
  const { rows } = await withClient(pool, (client) =>
    client.query<Row>(
      `select id, kind, detail, address, device, request_id as "requestId", created_at as "createdAt"
       from security_events where customer_id = $1 and id < $2 and kind = any ($4) order by id desc limit $3`,
      [customerId, before, limit + 1, SHOWN_KINDS],
    ),
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    events: shown.map((row) => ({ ...row, id: String(row.id), createdAt: row.createdAt.toISOString() })),
    nextCursor: last && rows.length > limit ? writeEventCursor(last.id) : null,
  }
}

/** A cursor says after which event to go on; to clients it is opaque. */
export function writeEventCursor(eventId: number): string {
  return Buffer.from(`event:${eventId}`).toString('base64url')
}

/**
 * Reads what `writeEventCursor` wrote.
 * @throws {Refusal} invalid_request.
 */
export function readEventCursor(cursor: string): number {
  const digits = /^event:([0-9]{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (digits === undefined) throw new Refusal('invalid_request', 'cursor is not one that this API gave')
  return Number(digits)
}
