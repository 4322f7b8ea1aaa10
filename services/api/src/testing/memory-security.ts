import type { Credentials } from '../security/customer-changes.ts'
import type { NewEvent } from '../security/events.ts'
import type { OperatorAction } from '../security/operator-actions.ts'
import type { Security } from '../security/security.ts'
import type { Throttle } from '../sessions/throttle.ts'

/** A throttle that lets everybody try. */
export const noThrottle: Throttle = { look: async () => undefined, settle: async () => [] }

/** The credentials of one customer and a trail in memory, for unit tests of routes. */
export function memorySecurity(
  login: Credentials,
  events: NewEvent[] = [],
  actions: OperatorAction[] = [],
): Security {
  return {
    record: async (...more) => {
      events.push(...more)
    },
    recordLogin: async ({ customerId, passwordHash, source }) => {
      if (passwordHash !== login.passwordHash) return false
      events.push({ customerId, kind: 'login_succeeded', source })
      return true
    },
    recordOperatorAction: async (action) => {
      actions.push(action)
    },
    listEvents: async () => ({ events: [], nextCursor: null }),
    findCredentials: async (id) => (id === login.customer.id ? login : undefined),
    changePassword: async ({ customerId, to, source }, endSessions) => {
      await endSessions()
      login.passwordHash = to
      events.push({ customerId, kind: 'password_changed', source })
    },
    changeProfile: async ({ customerId, name, email, source }) => {
      Object.assign(login.customer, { ...(name && { name }), ...(email && { email }) })
      events.push({ customerId, kind: 'profile_changed', source })
      return login.customer
    },
  }
}
