import { createHash, randomBytes } from 'node:crypto'
import type { Customer } from '../ledger/customers.ts'
import { UNKNOWN_ADDRESS } from '../security/address.ts'
import { UNKNOWN_DEVICE } from '../security/device.ts'

const SESSION_ID_BYTES = 32

/** What a session is opened for. */
export interface NewSession {
  customerId: string
  /** The customer's role at that time: what was granted later, a session opened before doesn't have. */
  role: Customer['role']
  device: string
  address: string
}

/** What Redis keeps under a session's key. */
export interface StoredSession extends NewSession {
  /** ISO 8601; the absolute expiry counts from here. */
  createdAt: string
  /** ISO 8601; noted once a minute at most. */
  lastUsedAt: string
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

/** The name that a session has for its customer; it tells nothing about the id, nor about the key in Redis. */
export function publicSessionId(hash: string): string {
  return createHash('sha256').update(`public:${hash}`).digest('hex').slice(0, 16)
}

/** The Redis key of a session. */
export function sessionKey(hash: string): string {
  return `session:${hash}`
}

/** The Redis key of the set of a customer's session hashes. */
export function customerSessionsKey(customerId: string): string {
  return `customer-sessions:${customerId}`
}

/** Reads a session as Redis keeps it; a previous release kept only `customerId` and `createdAt`. */
export function readSession(value: string): StoredSession {
  const stored = JSON.parse(value) as Pick<StoredSession, 'customerId' | 'createdAt'> & Partial<StoredSession>
  return {
    role: 'customer',
    device: UNKNOWN_DEVICE,
    address: UNKNOWN_ADDRESS,
    lastUsedAt: stored.createdAt,
    ...stored,
  }
}
