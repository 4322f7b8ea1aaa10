import { publicSessionId, newSessionId, sessionHash } from '../sessions/session-key.ts'
import type { Session, Sessions } from '../sessions/store.ts'

/** Sessions in memory, for unit tests of routes; they never expire. */
export function memorySessions(): Sessions {
  const live = new Map<string, Session>()
  const ofCustomer = (customerId: string) =>
    [...live].filter(([, session]) => session.customerId === customerId)
  return {
    open: async (session) => {
      const id = newSessionId()
      const now = new Date().toISOString()
      const publicId = publicSessionId(sessionHash(id))
      live.set(id, { ...session, createdAt: now, lastUsedAt: now, publicId })
      return id
    },
    find: async (id) => live.get(id),
    close: async (id) => {
      const session = live.get(id)
      live.delete(id)
      return session
    },
    list: async (customerId) => ofCustomer(customerId).map(([, session]) => session),
    revoke: async (customerId, publicId) => {
      const found = ofCustomer(customerId).find(([, session]) => session.publicId === publicId)
      return found !== undefined && live.delete(found[0])
    },
    closeAll: async (customerId, keptId) => {
      for (const [id] of ofCustomer(customerId)) if (id !== keptId) live.delete(id)
    },
    count: async () => live.size,
    ping: async () => undefined,
  }
}
