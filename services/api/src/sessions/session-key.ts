import { createHash, randomBytes } from 'node:crypto'

const SESSION_ID_BYTES = 32

/** What Redis keeps under a session's key. */
export interface StoredSession {
  customerId: string
  /** ISO 8601; the absolute expiry counts from here. */
  createdAt: string
}

/** Draws an opaque session id: 32 random bytes in base64url. Only the browser ever holds it. */
export function newSessionId(): string {
  return randomBytes(SESSION_ID_BYTES).toString('base64url')
}

/** Says whether `id` has the form of a session id. */
export function isSessionId(id: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(id)
}

/** The name a session is stored under: the SHA-256 of its id, so that a dump of Redis opens no session. */
export function sessionHash(id: string): string {
  return createHash('sha256').update(id).digest('hex')
}

/** The Redis key of a session. */
export function sessionKey(hash: string): string {
  return `session:${hash}`
}

/** The Redis key of the set of a customer's session hashes. */
export function customerSessionsKey(customerId: string): string {
  return `customer-sessions:${customerId}`
}
