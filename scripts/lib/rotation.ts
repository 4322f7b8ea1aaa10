import { runPsql } from './database.ts'
import { logStore } from './log-store.ts'
import { SHIPPER_LOGIN, shareShipperLogin } from './logs/shipper-login.ts'
import { runRedis } from './redis.ts'
import { restartAll } from './restart.ts'
import { randomPassword, readSecret, withPassword, writeSecret } from './secrets.ts'
import { note, step } from './steps.ts'

/** What reads each Secret at its start and must be started again when it changes. */
const users: Readonly<Record<string, readonly string[]>> = {
  'postgres-owner': [],
  'postgres-api': ['deployment/api'],
  'postgres-pgadmin': ['deployment/pgadmin'],
  'postgres-monitor': ['deployment/postgres-exporter'],
  'redis-auth': [
    'statefulset/redis',
    'deployment/api',
    'deployment/redis-commander',
    'deployment/redis-exporter',
  ],
  'pgadmin-login': ['deployment/pgadmin'],
  'redis-commander-login': ['deployment/redis-commander'],
  'tools-login': ['deployment/proxy'],
  'elasticsearch-login': ['statefulset/elasticsearch'],
  'elasticsearch-shipper': ['statefulset/elasticsearch'],
  'elasticsearch-kibana': ['statefulset/elasticsearch', 'deployment/kibana'],
  'object-store-root': ['statefulset/object-store'],
  // The next ./dway seed gives its people the new one.
  'seed-login': [],
}

// A statement that fails, waits or is slow must not stand in the server's log: it has a password in it.
const unlogged = `set log_min_error_statement = panic;
set log_min_duration_statement = -1;
set log_statement = 'none';
`

/** Tells the running server about a new password; it travels by standard input, not by a process list. */
async function tellServer(name: string, username: string | undefined, password: string): Promise<void> {
  if (name.startsWith('postgres-') && username) {
    const statement = `alter role ${username} password '${password}';\n`
    await runPsql(`PostgreSQL did not take the password of ${username}`, unlogged + statement)
  }
  if (name === 'redis-auth') {
    await runRedis('Redis did not take the password', [`CONFIG SET requirepass ${password}`])
  }
}

/** Replaces the passwords of the named Secrets everywhere, and starts their users again. No data is touched. */
export async function rotate(names: readonly string[]): Promise<void> {
  const restart = new Set<string>()
  for (const name of names) {
    await step(`rotate ${name}`, async () => {
      const old = await readSecret(name)
      const password = randomPassword()
      await tellServer(name, old['username'], password)
      await writeSecret(name, withPassword(name, old, password))
      if (name === SHIPPER_LOGIN && logStore() === 'elk') await shareShipperLogin()
    })
    for (const user of users[name] ?? []) restart.add(user)
  }
  if (names.includes('seed-login')) note('the people of the seed get the new password by ./dway seed')
  await restartAll(restart)
}
