import type { Redis } from 'ioredis'
import { answered } from './redis.ts'
import {
  customerSessionsKey,
  isSessionId,
  newSessionId,
  publicSessionId,
  readSession,
  sessionHash,
  sessionKey,
  type NewSession,
  type StoredSession,
} from './session-key.ts'

/** A session as its customer knows it. */
export interface Session extends StoredSession {
  publicId: string
}

export interface Sessions {
  /** Opens a session and returns its id. */
  open(session: NewSession): Promise<string>
  /** Finds a live session, notes its use and moves its idle expiry, never past the absolute one. */
  find(id: string): Promise<Session | undefined>
  /** Ends a session and returns what it was; an unknown one is no error. */
  close(id: string): Promise<Session | undefined>
  /** Lists a customer's live sessions, the last used first. */
  list(customerId: string): Promise<Session[]>
  /** Ends the customer's session with this public id, and says whether there was one. */
  revoke(customerId: string, publicId: string): Promise<boolean>
  /** Ends all sessions of a customer but the one with the given id. */
  closeAll(customerId: string, keptId?: string): Promise<void>
  /** Counts all live sessions. */
  count(): Promise<number>
  /** Answers when Redis does. */
  ping(): Promise<void>
}

export interface SessionLifetime {
  idleSeconds: number
  absoluteSeconds: number
}

const USE_NOTED_EVERY_MS = 60_000
/** Keys that Redis looks at in one go, while everybody else waits: a fraction of a millisecond. */
const KEYS_A_STEP = 1000

/** Sessions in Redis. Every method throws `Unavailable` when Redis doesn't answer. */
export function redisSessions(redis: Redis, lifetime: SessionLifetime): Sessions {
  return {
    open: (session) => answered(open(redis, lifetime, session)),
    find: (id) => answered(find(redis, lifetime, id)),
    close: (id) => answered(close(redis, id)),
    list: (customerId) => answered(list(redis, lifetime, customerId)),
    revoke: (customerId, publicId) => answered(revoke(redis, customerId, publicId)),
    closeAll: (customerId, keptId) => answered(closeAll(redis, customerId, keptId)),
    count: () => answered(count(redis)),
    ping: async () => {
      await answered(redis.ping())
    },
  }
}

async function open(redis: Redis, lifetime: SessionLifetime, opened: NewSession): Promise<string> {
  const id = newSessionId()
  const hash = sessionHash(id)
  const set = customerSessionsKey(opened.customerId)
  const now = new Date().toISOString()
  const session: StoredSession = { ...opened, createdAt: now, lastUsedAt: now }
  await findAll(redis, lifetime, opened.customerId)
  await allDone(
    redis
      .multi()
      .set(sessionKey(hash), JSON.stringify(session), 'EX', lifetime.idleSeconds)
      .sadd(set, hash)
      .expire(set, lifetime.absoluteSeconds)
      .exec(),
  )
  return id
}

/** Finds a customer's live sessions and forgets those that expired, which nothing else takes out of the set. */
async function findAll(
  redis: Redis,
  lifetime: SessionLifetime,
  customerId: string,
): Promise<{ hash: string; session: StoredSession }[]> {
  const set = customerSessionsKey(customerId)
  const hashes = await redis.smembers(set)
  if (hashes.length === 0) return []
  const values = await redis.mget(hashes.map(sessionKey))
  const ended = hashes.filter((_, index) => values[index] === null)
  if (ended.length > 0) await redis.srem(set, ...ended)
  const now = Date.now()
  return hashes
    .flatMap((hash, index) => {
      const value = values[index]
      return typeof value === 'string' ? [{ hash, session: readSession(value) }] : []
    })
    .filter(({ session }) => secondsLeft(session, lifetime, now) > 0)
}

async function find(redis: Redis, lifetime: SessionLifetime, id: string): Promise<Session | undefined> {
  if (!isSessionId(id)) return undefined
  const hash = sessionHash(id)
  const value = await redis.getex(sessionKey(hash), 'EX', lifetime.idleSeconds)
  if (value === null) return undefined
  const session = readSession(value)
  const now = Date.now()
  const left = secondsLeft(session, lifetime, now)
  if (left <= 0) {
    await end(redis, session.customerId, [hash])
    return undefined
  }
  const seconds = Math.min(left, lifetime.idleSeconds)
  if (now - Date.parse(session.lastUsedAt) < USE_NOTED_EVERY_MS) {
    if (seconds < lifetime.idleSeconds) await redis.expire(sessionKey(hash), seconds)
  } else {
    session.lastUsedAt = new Date(now).toISOString()
    await noteUse(redis, lifetime, { hash, session, seconds })
  }
  return { ...session, publicId: publicSessionId(hash) }
}

/**
 * Writes when a session was used, unless it ended in the meantime. Its place in the customer's set is renewed:
 * otherwise Redis, when it is full, would drop the set before the sessions, and ending them all would miss them.
 */
async function noteUse(
  redis: Redis,
  lifetime: SessionLifetime,
  { hash, session, seconds }: { hash: string; session: StoredSession; seconds: number },
): Promise<void> {
  const set = customerSessionsKey(session.customerId)
  await allDone(
    redis
      .multi()
      .set(sessionKey(hash), JSON.stringify(session), 'EX', seconds, 'XX')
      .sadd(set, hash)
      .expire(set, lifetime.absoluteSeconds)
      .exec(),
  )
}

async function close(redis: Redis, id: string): Promise<Session | undefined> {
  if (!isSessionId(id)) return undefined
  const hash = sessionHash(id)
  const value = await redis.getdel(sessionKey(hash))
  if (value === null) return undefined
  const session = readSession(value)
  await redis.srem(customerSessionsKey(session.customerId), hash)
  return { ...session, publicId: publicSessionId(hash) }
}

async function list(redis: Redis, lifetime: SessionLifetime, customerId: string): Promise<Session[]> {
  const found = await findAll(redis, lifetime, customerId)
  return found
    .map(({ hash, session }) => ({ ...session, publicId: publicSessionId(hash) }))
    .sort((one, other) => Date.parse(other.lastUsedAt) - Date.parse(one.lastUsedAt))
}

async function revoke(redis: Redis, customerId: string, publicId: string): Promise<boolean> {
  const hashes = await redis.smembers(customerSessionsKey(customerId))
  const hash = hashes.find((candidate) => publicSessionId(candidate) === publicId)
  return hash !== undefined && (await end(redis, customerId, [hash])) === 1
}

async function closeAll(redis: Redis, customerId: string, keptId?: string): Promise<void> {
  const kept = keptId === undefined ? undefined : sessionHash(keptId)
  const hashes = await redis.smembers(customerSessionsKey(customerId))
  await end(
    redis,
    customerId,
    hashes.filter((hash) => hash !== kept),
  )
}

/** Counts step by step; a session counts twice, at most, if Redis resizes its table of keys in the meantime. */
async function count(redis: Redis): Promise<number> {
  let counted = 0
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', sessionKey('*'), 'COUNT', KEYS_A_STEP)
    counted += keys.length
    cursor = next
  } while (cursor !== '0')
  return counted
}

/** Ends sessions and returns how many of them were alive. */
async function end(redis: Redis, customerId: string, hashes: readonly string[]): Promise<number> {
  if (hashes.length === 0) return 0
  const [alive] = await allDone(
    redis
      .multi()
      .del(...hashes.map(sessionKey))
      .srem(customerSessionsKey(customerId), ...hashes)
      .exec(),
  )
  return Number(alive)
}

/** Whole seconds until the absolute expiry of a session. */
export function secondsLeft(
  session: Pick<StoredSession, 'createdAt'>,
  lifetime: SessionLifetime,
  now: number,
): number {
  return Math.floor((Date.parse(session.createdAt) + lifetime.absoluteSeconds * 1000 - now) / 1000)
}

async function allDone(replies: Promise<[Error | null, unknown][] | null>): Promise<unknown[]> {
  return ((await replies) ?? []).map(([error, value]) => {
    if (error) throw error
    return value
  })
}
