import type { NewTransfer } from './api/bank.ts'
import { ApiError } from './api/client.ts'

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

/** What became of an attempt. As long as that is unknown, the bank may have carried it out, whatever a preview says. */
export type Outcome = { is: 'unsent' | 'unknown' | 'refused' } | { is: 'made'; transferId: string }

const KEPT = 'dwaybank:outcome:'

/** The same, as long as the page is not loaded anew: a browser may keep nothing, or no more. */
const known = new Map<string, Outcome>()

/** Remembers what became of an attempt, for every entry of this tab's history that holds it. */
export function noteOutcome({ key }: Attempt, outcome: Outcome): void {
  known.set(key, outcome)
  try {
    sessionStorage.setItem(KEPT + key, JSON.stringify(outcome))
  } catch (error) {
    // Money that is on its way, or was sent, must not look as if it had failed.
    console.warn(error)
  }
}

/** What is known to have become of an attempt. */
export function outcomeOf({ key }: Attempt): Outcome {
  return known.get(key) ?? keptOutcome(key) ?? { is: 'unsent' }
}

function keptOutcome(key: string): Outcome | undefined {
  try {
    const kept = sessionStorage.getItem(KEPT + key)
    return kept === null ? undefined : (JSON.parse(kept) as Outcome)
  } catch (error) {
    console.warn(error)
    return undefined
  }
}

/**
 * Whether the books have decided, and answer this key the same from now on. A refusal on the way to them, by a limit or
 * for want of a session, says nothing of what was sent before; nor does one because the key is of something else.
 */
export const isDecided = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 422 && error.code !== 'idempotency_key_reused'

/** What is known of an attempt once sending it has failed. */
export function outcomeAfter(before: Outcome, error: unknown): Outcome {
  if (!(error instanceof ApiError) || error.outcomeUnknown) return { is: 'unknown' }
  return isDecided(error) ? { is: 'refused' } : before
}

/** The bank knows a key for a day: an hour before that a transfer is a new one, since it might be carried out again. */
const LONGEST_MS = 23 * 3_600_000

/** Whether the bank may have forgotten the key of an attempt. */
export const isTooOld = ({ madeAt }: Attempt): boolean => Date.now() - madeAt > LONGEST_MS

const areSame = (one: NewTransfer, other: NewTransfer) => JSON.stringify(one) === JSON.stringify(other)

/** Whether the money of a transfer may have left the account already, by the attempt before. */
export function mayHaveMoved(transfer: NewTransfer, before: Attempt | undefined): boolean {
  if (!before || !areSame(before.transfer, transfer)) return false
  const { is } = outcomeOf(before)
  return is === 'made' || (is === 'unknown' && !isTooOld(before))
}

/**
 * The attempt for a transfer: the one before while it is of the same transfer and has not been refused, which is all
 * that the bank would answer to its key; else a new one with a key of its own.
 */
export function attemptFor(
  transfer: NewTransfer,
  customerId: string,
  before?: Attempt,
  newKey: () => string = () => crypto.randomUUID(),
): Attempt {
  // A key sent again with another transfer would be refused, or answered with the old one.
  if (before && areSame(before.transfer, transfer) && before.customerId === customerId) {
    const { is } = outcomeOf(before)
    if (is === 'made' || (is !== 'refused' && !isTooOld(before))) return before
  }
  return { transfer, key: newKey(), customerId, madeAt: Date.now() }
}
