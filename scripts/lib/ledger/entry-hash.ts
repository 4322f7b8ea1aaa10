import { hash } from 'node:crypto'

/** What the hash of an entry covers besides the hash before it. Numbers are integers. */
export interface HashedEntry {
  id: number
  sequence: number
  transferId: string
  accountId: string
  currency: string
  amount: number
  balanceAfter: number
  /** Whole seconds since 1970. */
  createdAt: number
}

/** What an account's first entry has for the hash of the one before, in hexadecimal digits. */
export const NO_HASH = '0'.repeat(64)

const PREVIOUS = 32
const message = Buffer.alloc(512)

/**
 * The hash of an entry as the database computes it, in hexadecimal digits: of the hash before it, and its facts in ASCII.
 * @param previous the hash before it, in hexadecimal digits
 */
export function entryHash(previous: string, entry: HashedEntry): string {
  const { id, sequence, transferId, accountId, currency, amount, balanceAfter, createdAt } = entry
  const facts = `${id}|${sequence}|${transferId}|${accountId}|${currency}|${amount}|${balanceAfter}|${createdAt}000000`
  message.write(previous, 0, PREVIOUS, 'hex')
  const length = PREVIOUS + message.write(facts, PREVIOUS, 'latin1')
  return hash('sha256', message.subarray(0, length), 'hex')
}
