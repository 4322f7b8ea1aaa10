import { createHash } from 'node:crypto'
import { awaitMounted } from '../mounted.ts'
import { runRedis } from '../redis.ts'
import type { TwoPasswords } from './two-passwords.ts'

/** Redis takes a password's hash for it. */
const rule = (password = '') => `#${createHash('sha256').update(password).digest('hex')}`

/** What reads the password inside the pod of Redis: its probes, and the scripts. */
const FILE = { pod: 'redis-0', container: 'redis', path: '/etc/redis-auth/password' }

/** The password of Redis: its one user has both meanwhile. */
export const redisPassword: TwoPasswords = {
  knowsAnother: async () => {
    const users = await runRedis('the users of Redis cannot be read', ['ACL LIST'])
    return (users.match(/ #[0-9a-f]{64}\b/g) ?? []).length > 1
  },
  add: async (current, password) => {
    await runRedis('Redis did not take the password', [`ACL SETUSER default ${rule(password)}`])
    return { ...current, password }
  },
  follow: ({ password = '' }) => awaitMounted(FILE, password),
  dropOthers: async ({ password }, sinceMs) => {
    const seconds = Math.floor((Date.now() - sinceMs) / 1000) + 1
    await runRedis('the old password of Redis was not taken away', [
      `ACL SETUSER default resetpass ${rule(password)}`,
      `CLIENT KILL MAXAGE ${seconds}`,
    ])
  },
}
