import { createHash } from 'node:crypto'
import { Refusal } from '../errors.ts'
import type { EntryFilter } from './entry-filter.ts'

const SEQUENCE_BYTES = 8
const LIST_BYTES = 12

/** A cursor goes on in one list alone: the entries of an account that a filter lets through. */
export interface EntryList {
  accountId: string
  filter: EntryFilter
}

/** A cursor says before which entry to go on, and in which list; to clients it is opaque. */
export function writeCursor(sequence: number, list: EntryList): string {
  const position = Buffer.alloc(SEQUENCE_BYTES)
  position.writeBigUInt64BE(BigInt(sequence))
  return Buffer.concat([position, listHash(list)]).toString('base64url')
}

/**
 * Reads what `writeCursor` wrote for the same list.
 * @throws {Refusal} invalid_request.
 */
export function readCursor(cursor: string, list: EntryList): number {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length !== SEQUENCE_BYTES + LIST_BYTES || bytes.toString('base64url') !== cursor) throw notGiven()
  const sequence = bytes.readBigUInt64BE()
  if (sequence > BigInt(Number.MAX_SAFE_INTEGER)) throw notGiven()
  if (!bytes.subarray(SEQUENCE_BYTES).equals(listHash(list))) {
    throw new Refusal('invalid_request', 'cursor belongs to another account or filter: ask without it first')
  }
  return Number(sequence)
}

/** Keeps a cursor from being used by mistake elsewhere. It is no secret: whose the account is, is asked each time. */
function listHash({ accountId, filter }: EntryList): Buffer {
  const { q, from, to, minAmount, maxAmount, direction } = filter
  const facts = JSON.stringify([accountId.toLowerCase(), q, from, to, minAmount, maxAmount, direction])
  return createHash('sha256').update(facts).digest().subarray(0, LIST_BYTES)
}

function notGiven(): Refusal {
  return new Refusal('invalid_request', 'cursor is not one that this API gave')
}
