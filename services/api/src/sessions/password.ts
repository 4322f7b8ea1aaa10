import { argon2, argon2Sync, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto'
import { promisify } from 'node:util'

const deriveKey = promisify(argon2)

const COST = { memory: 19456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32

/** What is compared when there is no such customer, so that the answer takes as long as for a real one. */
const NOBODY = encode(Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES))

/** A stored password hash that this module didn't write. */
export class PasswordHashError extends Error {
  override readonly name = 'PasswordHashError'
}

/** Hashes a password with argon2id into the PHC string format. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return encode(salt, await deriveKey('argon2id', parameters(password, salt)))
}

/** Does what `hashPassword` does, blocking and with a given 16-byte salt: for repeatable seed data. */
export function hashPasswordWithSalt(password: string, salt: Buffer): string {
  return encode(salt, argon2Sync('argon2id', parameters(password, salt)))
}

/**
 * Says whether `password` belongs to `stored`. Without a stored hash it does the same work and says no.
 * @throws {PasswordHashError} when `stored` isn't a hash of this module.
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const { salt, hash, cost } = decode(stored ?? NOBODY)
  const derived = await deriveKey('argon2id', {
    ...parameters(password, salt),
    ...cost,
    tagLength: hash.length,
  })
  return timingSafeEqual(derived, hash) && stored !== undefined
}

function parameters(password: string, salt: Buffer): Argon2Parameters {
  return { message: password.normalize('NFKC'), nonce: salt, tagLength: HASH_BYTES, ...COST }
}

function encode(salt: Buffer, hash: Buffer): string {
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

function decode(stored: string): { salt: Buffer; hash: Buffer; cost: typeof COST } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored)
  if (!match) throw new PasswordHashError('A stored password hash is not argon2id in PHC format')
  const [memory, passes, parallelism, salt, hash] = match.slice(1) as [string, string, string, string, string]
  return {
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
