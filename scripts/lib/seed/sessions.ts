import { customerSessionsKey, sessionKey } from '../../../services/api/src/sessions/session-key.ts'
import { runRedis } from '../redis.ts'
import type { SeedCustomer } from './people.ts'
import { seededRandom } from './random.ts'

const SESSIONS = 5
const LIFETIME_SECONDS = 12 * 3600

/** The commands that write a session of a customer. Sessions are kept under the hash of their id. */
export function sessionOf(customerId: string, hash: string, now: Date): string[] {
  const session = JSON.stringify({ customerId, createdAt: now.toISOString() })
  return [
    `SET ${sessionKey(hash)} '${session}' EX ${LIFETIME_SECONDS}`,
    `SADD ${customerSessionsKey(customerId)} ${hash}`,
    `EXPIRE ${customerSessionsKey(customerId)} ${LIFETIME_SECONDS}`,
  ]
}

/** The commands that write a session each for the first people. */
export function sessionCommands(seed: string, customers: readonly SeedCustomer[], now: Date): string[] {
  const random = seededRandom(`sessions of ${seed}`)
  return customers.slice(0, SESSIONS).flatMap(({ id }) => {
    // Nobody's hash, so it opens no door.
    const hash = Array.from({ length: 8 }, () => random.word().toString(16).padStart(8, '0')).join('')
    return sessionOf(id, hash, now)
  })
}

/**
 * Writes the seed's sessions.
 * @param reset whether to end all others
 * @returns how many there are of the seed
 */
export async function writeSessions(
  seed: string,
  customers: readonly SeedCustomer[],
  reset: boolean,
): Promise<number> {
  const commands = sessionCommands(seed, customers, new Date())
  await runRedis('the sessions were not written', reset ? ['FLUSHDB', ...commands] : commands)
  return Math.min(SESSIONS, customers.length)
}
