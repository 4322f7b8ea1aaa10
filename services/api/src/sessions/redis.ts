import { Redis } from 'ioredis'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../config.ts'
import { Unavailable } from '../errors.ts'

/** Opens a Redis connection that fails fast while the server is away and comes back by itself. */
export function connectRedis(config: Config['redis'], log: FastifyBaseLogger): Redis {
  const redis = new Redis({
    host: config.host,
    port: config.port,
    password: config.password,
    ...(config.tls && { tls: config.tls }),
    connectionName: 'dwaybank-api',
    connectTimeout: 1000,
    commandTimeout: 1000,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
    // A primary that became a replica, or one that is still loading, is worth a new connection.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  // The error itself carries the command that failed, AUTH with its password included, and is not logged.
  redis.on('error', (err) => log.warn({ reason: err.message }, 'redis connection failed'))
  redis.on('ready', () => log.info('redis connected'))
  return redis
}

/**
 * Waits for what Redis replies.
 * @throws {Unavailable} when it doesn't, or replies with an error.
 */
export async function answered<Value>(reply: Promise<Value>): Promise<Value> {
  try {
    return await reply
  } catch (cause) {
    throw new Unavailable('redis', { cause })
  }
}
