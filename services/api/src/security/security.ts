import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import type { Customer } from '../ledger/customers.ts'
import {
  changePassword,
  changeProfile,
  findCredentials,
  type Credentials,
  type PasswordChange,
  type ProfileChange,
} from './customer-changes.ts'
import {
  listEvents,
  recordEvents,
  recordLogin,
  type EventPage,
  type EventQuery,
  type NewEvent,
  type RequestSource,
} from './events.ts'
import { recordOperatorAction, type OperatorAction } from './operator-actions.ts'

/** Everything the routes ask about a customer's access besides sessions. */
export interface Security {
  record(...events: NewEvent[]): Promise<void>
  recordLogin(login: { customerId: string; passwordHash: string; source: RequestSource }): Promise<boolean>
  listEvents(query: EventQuery): Promise<EventPage>
  recordOperatorAction(action: OperatorAction): Promise<void>
  findCredentials(customerId: string): Promise<Credentials | undefined>
  changePassword(change: PasswordChange, endSessions: () => Promise<unknown>): Promise<void>
  changeProfile(change: ProfileChange): Promise<Customer | undefined>
}

/** Credentials and the trail in PostgreSQL. Every method throws `Unavailable` when it doesn't answer. */
export function postgresSecurity(pool: Pool): Security {
  return {
    record: (...events) => withClient(pool, (client) => recordEvents(client, events)),
    recordLogin: (login) => withClient(pool, (client) => recordLogin(client, login)),
    listEvents: (query) => listEvents(pool, query),
    recordOperatorAction: (action) => recordOperatorAction(pool, action),
    findCredentials: (customerId) => findCredentials(pool, customerId),
    changePassword: (change, endSessions) => changePassword(pool, change, endSessions),
    changeProfile: (change) => changeProfile(pool, change),
  }
}
