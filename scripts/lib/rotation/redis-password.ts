import { createHash } from 'node:crypto'
import { awaitMounted } from '../mounted.ts'
import { runRedis } from '../redis.ts'
import type { TwoPasswords } from './two-passwords.ts'

/** Redis takes a password's hash for it. */
const rule = (password = '') => `#${createHash('sha256').update(password).digest('hex')}`

type Data = Readonly<Record<string, string>>

const REDIS = { pod: 'redis-0', container: 'redis' }

/** Waits until what reads the password inside the pod of Redis has it: its probes, and the scripts. */
export async function awaitPassword({ password = '' }: Data): Promise<void> {
  await awaitMounted({ ...REDIS, path: '/etc/redis-auth/password' }, password)
}

/** What Redis knows of a user, in a line; undefined if there is no such user. */
async function userOf(name: string): Promise<string | undefined> {
  const users = await runRedis('the users of Redis cannot be read', ['ACL LIST'])
  return users.split('\n').find((line) => line.startsWith(`user ${name} `))
}

/** The Secret of who copies Redis for a backup. */
export const REDIS_BACKUP = 'redis-backup'

/** Has Redis take another password of that user, if it has one: where no backups are made there is none. */
export async function setBackupPassword(password: string): Promise<void> {
  if ((await userOf('backup')) === undefined) return
  await runRedis('Redis did not take the password of backups', [
    `ACL SETUSER backup resetpass ${rule(password)}`,
  ])
}

/** Waits until a Redis that starts again would take the same: it reads the file anew. */
export async function awaitBackupPassword({ password = '' }: Data): Promise<void> {
  if ((await userOf('backup')) !== undefined)
    await awaitMounted({ ...REDIS, path: '/etc/redis-backup/password' }, password)
}

/** The password of Redis: the user of all but backups has both meanwhile. */
export const redisPassword: TwoPasswords = {
  knowsAnother: async () => ((await userOf('default'))?.match(/ #[0-9a-f]{64}\b/g) ?? []).length > 1,
  add: async (current, password) => {
    await runRedis('Redis did not take the password', [`ACL SETUSER default ${rule(password)}`])
    return { ...current, password }
  },
  dropOthers: async ({ password }, sinceMs) => {
    const seconds = Math.floor((Date.now() - sinceMs) / 1000) + 1
    await runRedis('the old password of Redis was not taken away', [
      `ACL SETUSER default resetpass ${rule(password)}`,
      `CLIENT KILL MAXAGE ${seconds}`,
    ])
  },
}
