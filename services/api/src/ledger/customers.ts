import pg from 'pg'
import type { Pool, PoolClient } from 'pg'
import { withClient } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { Refusal } from '../errors.ts'
import { recordEvents, type RequestSource } from '../security/events.ts'
import { openAccount } from './accounts.ts'
import { BANK_ACCOUNT_ID } from './bank.ts'
import type { Lanes } from './lanes.ts'
import { bookWelcomeCredit } from './welcome.ts'

export interface Customer {
  id: string
  email: string
  name: string
  role: 'customer' | 'operator'
}

export interface NewCustomer {
  email: string
  name: string
  passwordHash: string
  /** Where the registration came from, for the trail. */
  source: RequestSource
}

const UNIQUE_VIOLATION = '23505'

/** The one spelling of an e-mail address that the database knows. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase()
}

/**
 * Makes a customer with a first account and the welcome credit, all or nothing.
 * @throws {Refusal} email_taken; {Unavailable} as `Lanes.run`.
 */
export async function registerCustomer(pool: Pool, lanes: Lanes, customer: NewCustomer): Promise<Customer> {
  const register = () =>
    transaction(pool, async (client) => {
      const registered = await insertCustomer(client, customer)
      const account = await openAccount(client, registered.id, 'Current account')
      await recordEvents(client, [{ customerId: registered.id, kind: 'registered', source: customer.source }])
      // Last, because everybody who registers waits for the bank's own account.
      await bookWelcomeCredit(client, account.number)
      return registered
    })
  return lanes.run([BANK_ACCOUNT_ID], register)
}

async function insertCustomer(client: PoolClient, customer: NewCustomer): Promise<Customer> {
  const { email, name, passwordHash } = customer
  try {
    const { rows } = await client.query<Customer>(
      'insert into customers (email, name, password_hash) values ($1, $2, $3) returning id, email, name, role',
      [normalizeEmail(email), name, passwordHash],
    )
    return rows[0] as Customer
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === UNIQUE_VIOLATION) {
      throw new Refusal('email_taken', 'There is a customer with this e-mail address already', { cause })
    }
    throw cause
  }
}

/** Finds a customer by id. */
export async function findCustomer(pool: Pool, id: string): Promise<Customer | undefined> {
  const { rows } = await withClient(pool, (client) =>
    client.query<Customer>('select id, email, name, role from customers where id = $1', [id]),
  )
  return rows[0]
}

/** Finds what logging in needs to know about an e-mail address. */
export async function findLogin(
  pool: Pool,
  email: string,
): Promise<{ customer: Customer; passwordHash: string } | undefined> {
  const { rows } = await withClient(pool, (client) =>
    client.query<Customer & { passwordHash: string }>(
      'select id, email, name, role, password_hash as "passwordHash" from customers where email = $1',
      [normalizeEmail(email)],
    ),
  )
  if (!rows[0]) return undefined
  const { passwordHash, ...customer } = rows[0]
  return { customer, passwordHash }
}
