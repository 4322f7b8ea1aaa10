import pg from 'pg'
import type { Pool, PoolClient, TypeOverrides } from 'pg'
import type { FastifyBaseLogger } from 'fastify'
import type { DatabaseConfig } from '../config.ts'
import { Unavailable } from '../errors.ts'

const { INT8 } = pg.types.builtins

/** Makes the pool of at most 20 connections; none is opened before it is needed. */
export function createPool(config: DatabaseConfig, log: Pick<FastifyBaseLogger, 'warn'>): Pool {
  const pool = new pg.Pool({
    ...config,
    max: 20,
    application_name: 'dwaybank-api',
    connectionTimeoutMillis: 2000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: 5000,
    lock_timeout: 3000,
    idle_in_transaction_session_timeout: 10_000,
    // The server's own limit comes first; this one is for a server that no longer answers at all.
    query_timeout: 7000,
    types: typesWithSafeIntegers(),
  })
  // An idle connection that breaks must not end the process: the next query opens another. The error itself carries
  // the whole client, its cancel key included, and is not logged.
  pool.on('error', (err) => log.warn({ reason: err.message }, 'postgres connection failed'))
  return pool
}

/**
 * Lends a connection to `use`. A connection that failed is closed instead of lent again.
 * @throws {Unavailable} when PostgreSQL can't be reached, goes away or is out of resources.
 */
export async function withClient<Result>(
  pool: Pool,
  use: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new Unavailable('postgres', { cause })
  })
  let broken = false
  // While lent out, a connection reports its own failure as an event; the query rejects as well.
  const onError = () => (broken = true)
  client.on('error', onError)
  try {
    return await use(client)
  } catch (error) {
    if (!meansUnavailable(error)) throw error
    broken = true
    throw new Unavailable(isLocked(error) ? 'account' : 'postgres', { cause: error })
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** SQLSTATEs that say "not now": connection, resources, operator, timeouts of locks, statements and transactions. */
const NOT_NOW = /^(08|53|57P0|57014|55P03|25006|25P03)/

/** lock_not_available: only accounts are locked for longer than a moment. */
const isLocked = (error: unknown) => error instanceof pg.DatabaseError && error.code === '55P03'

const TRANSPORT = /^E(?!RR_)[A-Z_]+$/

function meansUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return NOT_NOW.test(error.code ?? '')
  if (!(error instanceof Error)) return false
  // pg reports its own timeouts and lost connections as plain errors without a code.
  const code = 'code' in error ? String(error.code) : ''
  return TRANSPORT.test(code) || /connection|timeout/i.test(error.message)
}

/** Reads bigint as a number: money stays far below what a number holds exactly, and more is refused. */
function typesWithSafeIntegers(): TypeOverrides {
  const types = new pg.TypeOverrides()
  types.setTypeParser(INT8, safeInteger)
  return types
}

function safeInteger(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is too large for a JavaScript number`)
  return number
}
