import pg from 'pg'
import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { Refusal } from '../errors.ts'
import { normalizeEmail, type Customer } from '../ledger/customers.ts'
import { recordEvents, type RequestSource } from './events.ts'

const UNIQUE_VIOLATION = '23505'

export interface Credentials {
  customer: Customer
  passwordHash: string
}

export interface PasswordChange {
  customerId: string
  /** The hash that the current password was verified against. */
  from: string
  to: string
  source: RequestSource
}

export interface ProfileChange {
  customerId: string
  name: string | undefined
  email: string | undefined
  source: RequestSource
}

/** Finds what confirming the current password needs. */
export async function findCredentials(pool: Pool, customerId: string): Promise<Credentials | undefined> {
  const { rows } = await withClient(pool, (client) =>
    client.query<Customer & { passwordHash: string }>(
      'select id, email, name, role, password_hash as "passwordHash" from customers where id = $1',
      [customerId],
    ),
  )
  if (!rows[0]) return undefined
  const { passwordHash, ...customer } = rows[0]
  return { customer, passwordHash }
}

/**
 * Changes a password. `endSessions` is called before the commit: it ends all that were opened with the old
 * password, while logins that are under way wait and then find the new one (see `recordLogin`).
 * @throws {Refusal} wrong_password when the password was changed since it was verified.
 */
export async function changePassword(
  pool: Pool,
  { customerId, from, to, source }: PasswordChange,
  endSessions: () => Promise<unknown>,
): Promise<void> {
  await transaction(pool, async (client) => {
    const { rowCount } = await client.query(
      'update customers set password_hash = $3 where id = $1 and password_hash = $2',
      [customerId, from, to],
    )
    if (rowCount === 0) throw new Refusal('wrong_password', 'The password was changed in the meantime')
    await recordEvents(client, [{ customerId, kind: 'password_changed', source }])
    await endSessions()
  })
}

/**
 * Changes a customer's name, e-mail address or both.
 * @returns the customer as it is then, or undefined if there is none
 * @throws {Refusal} email_taken.
 */
export async function changeProfile(pool: Pool, change: ProfileChange): Promise<Customer | undefined> {
  const { customerId, name, email, source } = change
  return transaction(pool, async (client) => {
    try {
      const { rows } = await client.query<Customer>(
        `update customers set name = coalesce($2, name), email = coalesce($3, email) where id = $1
         returning id, email, name, role`,
        [customerId, name, email === undefined ? undefined : normalizeEmail(email)],
      )
      if (!rows[0]) return undefined
      const detail = [name !== undefined && 'name', email !== undefined && 'email'].filter(Boolean).join(', ')
      await recordEvents(client, [{ customerId, kind: 'profile_changed', detail, source }])
      return rows[0]
    } catch (cause) {
      if (cause instanceof pg.DatabaseError && cause.code === UNIQUE_VIOLATION) {
        throw new Refusal('email_taken', 'There is a customer with this e-mail address already', { cause })
      }
      throw cause
    }
  })
}
