import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Pool, PoolClient } from 'pg'
import { Unavailable } from '../errors.ts'
import { withClient } from './pool.ts'

const ATTEMPTS = 5
const FIRST_WAIT_MS = 10

/** serialization_failure and deadlock_detected: the transaction was right, only its moment wasn't. */
const WORTH_ANOTHER_TRY = new Set(['40001', '40P01'])

/**
 * Runs `work` in one transaction, again (at most five times in all, with growing random waits) when
 * PostgreSQL reports a serialization failure or a deadlock. `work` must be safe to run again.
 * @throws {Unavailable} when PostgreSQL can't be reached, or as `retrying`; whatever `work` throws after a rollback.
 */
export async function transaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return retrying(() => withClient(pool, (client) => once(client, work)))
}

interface RetryOptions {
  wait?: (milliseconds: number) => Promise<unknown>
  /** Is told each time before the wait. */
  onRetry?: (() => void) | undefined
}

/**
 * Calls `attempt` again while it fails by a serialization failure or a deadlock, a bounded number of times.
 * @throws {Unavailable} when the last time failed so too; whatever else `attempt` throws.
 */
export async function retrying<Result>(
  attempt: () => Promise<Result>,
  { wait = sleep, onRetry }: RetryOptions = {},
): Promise<Result> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      const retry = error instanceof pg.DatabaseError && WORTH_ANOTHER_TRY.has(error.code ?? '')
      if (!retry) throw error
      if (tried >= ATTEMPTS) throw new Unavailable('account', { cause: error })
      onRetry?.()
      await wait(Math.random() * FIRST_WAIT_MS * 2 ** tried)
    }
  }
}

async function once<Result>(
  client: PoolClient,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  await client.query('begin')
  try {
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    // When the rollback fails too, the connection is lost and the server rolls back by itself.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
