import type { NewTransfer } from './api/bank.ts'

/**
 * A transfer that somebody is about to confirm, and the key under which the bank carries it out once. It lies in the
 * history entry of the browser, so that reloading and going back and forth keep the key.
 */
export interface Attempt {
  transfer: NewTransfer
  key: string
  /** Who typed it: the next customer at this screen is not shown it. */
  customerId: string
  /** When the key was made, in milliseconds since 1970. */
  madeAt: number
}

/** The bank knows a key for a day: an hour before that a transfer is a new one, since it might be carried out again. */
const LONGEST_MS = 23 * 3_600_000

/** Whether the bank may have forgotten the key of an attempt. */
export const isTooOld = ({ madeAt }: Attempt): boolean => Date.now() - madeAt > LONGEST_MS

/** The attempt for a transfer: the one before while it is of the same transfer, else a new one with a key of its own. */
export function attemptFor(
  transfer: NewTransfer,
  customerId: string,
  before?: Attempt,
  newKey: () => string = () => crypto.randomUUID(),
): Attempt {
  const isSame = before !== undefined && JSON.stringify(before.transfer) === JSON.stringify(transfer)
  // A key sent again with another transfer would be refused, or answered with the old one.
  return isSame && before.customerId === customerId && !isTooOld(before)
    ? before
    : { transfer, key: newKey(), customerId, madeAt: Date.now() }
}
