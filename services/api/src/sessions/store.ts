import type { Redis } from 'ioredis'
import { Unavailable } from '../errors.ts'
import {
  customerSessionsKey,
  isSessionId,
  newSessionId,
  sessionHash,
  sessionKey,
  type StoredSession,
} from './session-key.ts'

export interface Sessions {
  /** Opens a session and returns its id. */
  open(customerId: string): Promise<string>
  /** Finds a live session and moves its idle expiry, never past the absolute one. */
  find(id: string): Promise<StoredSession | undefined>
  /** Ends a session; an unknown one is no error. */
  close(id: string): Promise<void>
  /** Answers when Redis does. */
  ping(): Promise<void>
}

export interface SessionLifetime {
  idleSeconds: number
  absoluteSeconds: number
}

/** Sessions in Redis. Every method throws `Unavailable` when Redis doesn't answer. */
export function redisSessions(redis: Redis, lifetime: SessionLifetime): Sessions {
  return {
    open: (customerId) => answered(open(redis, lifetime, customerId)),
    find: (id) => answered(find(redis, lifetime, id)),
    close: (id) => answered(close(redis, id)),
    ping: async () => {
      await answered(redis.ping())
    },
  }
}

async function open(redis: Redis, lifetime: SessionLifetime, customerId: string): Promise<string> {
  const id = newSessionId()
  const hash = sessionHash(id)
  const set = customerSessionsKey(customerId)
  const session: StoredSession = { customerId, createdAt: new Date().toISOString() }
  await forgetEnded(redis, set)
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

/** Sessions end by expiry as well, and nothing takes those out of the customer's set but the next login. */
async function forgetEnded(redis: Redis, set: string): Promise<void> {
  const hashes = await redis.smembers(set)
  if (hashes.length === 0) return
  const values = await redis.mget(hashes.map(sessionKey))
  const ended = hashes.filter((_, index) => values[index] === null)
  if (ended.length > 0) await redis.srem(set, ...ended)
}

async function find(redis: Redis, lifetime: SessionLifetime, id: string): Promise<StoredSession | undefined> {
  if (!isSessionId(id)) return undefined
  const key = sessionKey(sessionHash(id))
  const value = await redis.get(key)
  if (value === null) return undefined
  const session = JSON.parse(value) as StoredSession
  const left = secondsLeft(session, lifetime, Date.now())
  if (left <= 0) {
    await close(redis, id)
    return undefined
  }
  await redis.expire(key, Math.min(left, lifetime.idleSeconds))
  return session
}

async function close(redis: Redis, id: string): Promise<void> {
  if (!isSessionId(id)) return
  const hash = sessionHash(id)
  const value = await redis.getdel(sessionKey(hash))
  if (value === null) return
  await redis.srem(customerSessionsKey((JSON.parse(value) as StoredSession).customerId), hash)
}

/** Whole seconds until the absolute expiry of a session. */
export function secondsLeft(session: StoredSession, lifetime: SessionLifetime, now: number): number {
  return Math.floor((Date.parse(session.createdAt) + lifetime.absoluteSeconds * 1000 - now) / 1000)
}

async function allDone(replies: Promise<[Error | null, unknown][] | null>): Promise<void> {
  for (const [error] of (await replies) ?? []) {
    if (error) throw error
  }
}

async function answered<Value>(reply: Promise<Value>): Promise<Value> {
  try {
    return await reply
  } catch (cause) {
    throw new Unavailable('redis', { cause })
  }
}
