import { BACKUP_SECRET } from './backup/repository-secret.ts'
import { runPsql } from './database.ts'
import { logStore } from './log-store.ts'
import { SHIPPER_LOGIN, shareShipperLogin } from './logs/shipper-login.ts'
import { awaitOthersGone, restartAll } from './restart.ts'
import { apiRole } from './rotation/api-role.ts'
import { rotateBackupRepository } from './rotation/backup-repository.ts'
import {
  awaitBackupPassword,
  awaitPassword,
  REDIS_BACKUP,
  redisPassword,
  setBackupPassword,
} from './rotation/redis-password.ts'
import type { TwoPasswords } from './rotation/two-passwords.ts'
import { unlogged } from './rotation/unlogged.ts'
import { randomPassword, readSecret, withPassword, writeSecret } from './secrets.ts'
import { note, step } from './steps.ts'

/** What reads each Secret at its start and must be started again when it changes. */
const readers: Readonly<Record<string, readonly string[]>> = {
  'postgres-owner': [],
  'postgres-api': ['deployment/api'],
  'postgres-pgadmin': ['deployment/pgadmin'],
  'postgres-monitor': ['deployment/postgres-exporter'],
  // Each Job reads it anew.
  'postgres-backup': [],
  'redis-auth': ['deployment/api', 'deployment/redis-commander', 'deployment/redis-exporter'],
  'redis-backup': [],
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

/** What customers depend on: both passwords are good until nobody uses the old one. */
const twoPasswords: Readonly<Record<string, TwoPasswords>> = {
  'postgres-api': apiRole,
  'redis-auth': redisPassword,
}

/** What waits until pods that are not started again have what the Secret says. */
const follow: Readonly<Record<string, (secret: Readonly<Record<string, string>>) => Promise<void>>> = {
  'redis-auth': awaitPassword,
  [REDIS_BACKUP]: awaitBackupPassword,
}

/** Replaces the password of a Secret, in the server as well. It travels by standard input, not by a process list. */
async function replace(name: string): Promise<void> {
  const old = await readSecret(name)
  const password = randomPassword()
  const two = twoPasswords[name]
  if (two) {
    await writeSecret(name, await two.add(old, password))
    return
  }
  // First, since PostgreSQL takes what it says at each start: what is killed here is made good by that, or by the next rotation.
  await writeSecret(name, withPassword(name, old, password))
  const { username } = old
  if (name.startsWith('postgres-') && username) {
    const statement = `alter role ${username} password '${password}';\n`
    await runPsql(`PostgreSQL did not take the password of ${username}`, unlogged + statement)
  }
  if (name === REDIS_BACKUP) await setBackupPassword(password)
  if (name === SHIPPER_LOGIN && logStore() === 'elk') await shareShipperLogin()
}

/** Has everything use what the Secrets say now, and nothing take what they said before. */
async function bringIntoUse(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const wait = follow[name]
    if (wait) await step(`await ${name} in running pods`, async () => wait(await readSecret(name)))
  }
  const since = Date.now()
  await restartAll(new Set(names.flatMap((name) => readers[name] ?? [])))
  for (const name of names) {
    const two = twoPasswords[name]
    if (!two) continue
    await step(`take the old password of ${name} away`, async () => {
      for (const reader of readers[name] ?? []) await awaitOthersGone(reader)
      await two.dropOthers(await readSecret(name), since)
    })
  }
}

/** Those of which an earlier rotation was killed: some pod may still use the password before. */
async function unfinishedOf(names: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const name of names)
    if (await twoPasswords[name]?.knowsAnother(await readSecret(name))) found.push(name)
  return found
}

/**
 * Replaces the passwords and keys of the named Secrets everywhere, without a request that fails. First the server takes
 * the new one as well, then the Secret has it, then its readers start again by their rolling update, and only then the
 * old one is taken away. Killed anywhere, what runs goes on with what it knows, and the next rotation ends that first.
 * No data is touched.
 */
export async function rotate(names: readonly string[]): Promise<void> {
  const passwords = names.filter((name) => name !== BACKUP_SECRET)
  const unfinished = await unfinishedOf(passwords)
  if (unfinished.length > 0) {
    note(`an earlier rotation of ${unfinished.join(', ')} did not end: that comes first`)
    await bringIntoUse(unfinished)
  }
  const forgotten = passwords.filter((name) => name.startsWith('postgres-') && !twoPasswords[name])
  // The server forgets the old one at once: its readers, which are tools, don't wait for anything else.
  for (const name of forgotten) {
    await step(`rotate ${name}`, () => replace(name))
    await restartAll(readers[name] ?? [])
  }
  const others = passwords.filter((name) => !forgotten.includes(name))
  for (const name of others) await step(`rotate ${name}`, () => replace(name))
  if (names.includes('seed-login')) note('the people of the seed get the new password by ./dway seed')
  await bringIntoUse(others)
  if (names.includes(BACKUP_SECRET)) await rotateBackupRepository()
}
