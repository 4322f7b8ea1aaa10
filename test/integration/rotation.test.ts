import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { archiveAll, readArchive } from '../../scripts/lib/backup/archive.ts'
import type { Backup } from '../../scripts/lib/backup/info.ts'
import { BACKUP_SECRET } from '../../scripts/lib/backup/repository-secret.ts'
import { restoredDatabase } from '../../scripts/lib/backup/restore-pod.ts'
import { withRestored } from '../../scripts/lib/backup/restore.ts'
import { runPsql } from '../../scripts/lib/database.ts'
import type { Pod } from '../../scripts/lib/kubernetes.ts'
import { audit } from '../../scripts/lib/ledger/check.ts'
import { podsOf } from '../../scripts/lib/pods.ts'
import { profile } from '../../scripts/lib/profile.ts'
import { runRedis } from '../../scripts/lib/redis.ts'
import { passwordSecrets, readSecret } from '../../scripts/lib/secrets.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $, kubectlBank } from '../../scripts/lib/shell.ts'
import { whilePaying, type Paid } from '../support/paying-customer.ts'
import { whileAsking, type Steady } from '../support/steady-requests.ts'
import { promql } from '../support/tools.ts'
import { bodyOf, newCustomer, type Newcomer } from '../support/visitor.ts'

const full = profile() === 'full'
const known = [...Object.keys(passwordSecrets), BACKUP_SECRET]
/** The people of the seed would not get in before the next ./dway seed. */
const rotated = known.filter((name) => name !== 'seed-login' && (full || name !== BACKUP_SECRET))
const secrets = (...words: string[]) => $`node ${path.join(root, 'scripts/secrets.ts')} ${words}`

/** The Secrets as they were, and as they are. */
const read = async () =>
  Object.fromEntries(
    await Promise.all(known.map(async (name) => [name, await readSecret(name)] as const)),
  ) as Record<string, Record<string, string>>

/** What would be another one if a pod had been made anew, or its container had started again. */
async function incarnations(service: string): Promise<string[]> {
  return (await podsOf(service)).flatMap(({ metadata, status }: Pod) => [
    metadata.uid,
    ...(status.containerStatuses ?? []).map(({ name, restartCount }) => `${name} ${restartCount}`),
  ])
}
const stores = async () => [...(await incarnations('postgres')), ...(await incarnations('redis'))]

let before: Awaited<ReturnType<typeof read>>
let after: typeof before
let ran: { before: string[]; after: string[] }
let began: number
let paid: Paid
let steady: Steady
let moment: Date
let customer: Newcomer

/** What the api wrote of requests that it could not serve, also in pods that have gone. */
async function whatTheApiMet(): Promise<string> {
  if (!full) return ''
  const seconds = Math.ceil((Date.now() - began) / 1000)
  const query = 'service:api level:=error'
  const { stdout } =
    await $`node ${path.join(root, 'scripts/logs.ts')} ${query} --json --since ${seconds}s`.nothrow()
  return stdout
}

/** Makes a backup, and remembers a moment after it, to which can be restored. */
async function prepare(): Promise<void> {
  customer = await newCustomer()
  // What is archived from here on can be restored from a backup of before.
  if (full) await $`node ${path.join(root, 'scripts/backup.ts')}`
  await sleep(2000)
  moment = new Date()
  await sleep(1200)
}

async function rotateWhilePaying(): Promise<void> {
  before = await read()
  began = Date.now()
  const ranBefore = await stores()
  steady = await whileAsking(async () => {
    paid = await whilePaying(async () => {
      await sleep(2000)
      await secrets('rotate', ...rotated, '--yes')
      await sleep(10_000)
    })
  })
  after = await read()
  ran = { before: ranBefore, after: await stores() }
}

describe('the rotation of everything under load', () => {
  // Here and not before all, so that a second try does all of it again.
  it(
    'fails no request, of a stranger or of a customer, and loses no cent',
    { timeout: 720_000 },
    async () => {
      await prepare()
      await rotateWhilePaying()
      expect(steady.failures.join('\n')).toBe('')
      expect(steady.served).toBeGreaterThan(200)
      if (paid.failures.length > 0) paid.failures.push(await whatTheApiMet())
      expect(paid.failures.join('\n')).toBe('')
      expect(paid.transfers).toBeGreaterThan(50)
      expect(paid.looks).toBeGreaterThan(50)
      expect(paid.arrived).toBe(paid.transfers)
      expect(paid.totals[1]).toBe(paid.totals[0])
    },
  )

  it('changes every password and key', () => {
    for (const name of rotated) {
      const key = name === BACKUP_SECRET ? 'PGBACKREST_REPO1_CIPHER_PASS' : 'password'
      expect(after[name]?.[key], name).toMatch(/^\S{43}$/)
      expect(after[name]?.[key], name).not.toBe(before[name]?.[key])
    }
    expect(after['postgres-api']?.['username']).not.toBe(before['postgres-api']?.['username'])
  })

  it('logs nobody out', async () => {
    expect(paid.sessions[1]).toBe(paid.sessions[0])
    for (const visitor of [paid.visitor, customer.visitor]) bodyOf(await visitor.ask('/me'), 200)
  })

  it('starts neither PostgreSQL nor Redis again', () => {
    expect(ran.after).toEqual(ran.before)
  })

  it('leaves books that add up', async () => {
    const { checks } = await audit((script) => runPsql('the books cannot be read', script))
    expect(checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
  })

  it('leaves the old login of the api without entry, and the new one with it', async () => {
    const { username: old = '' } = before['postgres-api'] ?? {}
    const { username: current = '' } = after['postgres-api'] ?? {}
    const login = `select rolcanlogin, rolpassword is null from pg_authid where rolname = `
    expect(await runPsql('the roles were not read', `${login}'${old}';\n`)).toBe('f|t')
    expect(await runPsql('the roles were not read', `${login}'${current}';\n`)).toBe('t|f')
    const connected = `select distinct usename from pg_stat_activity where usename like 'dwaybank\\_api%';\n`
    expect(await runPsql('nobody was counted', connected)).toBe(current)
  })

  it('leaves a Redis that refuses the old password', async () => {
    const ask = (secret: Record<string, string> = {}) => runRedis('refused', [`AUTH ${secret['password']}`])
    expect(await ask(after['redis-auth'])).toBe('OK')
    expect(await ask(before['redis-auth'])).toContain('WRONGPASS')
    const users = (await runRedis('not read', ['ACL LIST'])).split('\n')
    // The one of the backups, which rotates too, may do no more than copy.
    expect(users.map((line) => line.replace(/^user (\w+) .*/, '$1'))).toEqual(
      full ? ['backup', 'default'] : ['default'],
    )
    for (const line of users) expect(line.match(/#[0-9a-f]{64}/g)).toHaveLength(1)
    if (full) expect(users[0]).toMatch(/ -@all \+ping \+replconf \+sync$/)
  })

  describe.skipIf(!full)('of the backups', () => {
    it('wakes nobody', { timeout: 60_000 }, async () => {
      const seconds = Math.round((Date.now() - began) / 1000)
      const names = 'WalArchivingFailing|JobFailed|BackupTooOld|PostgresDown|RedisDown|ApiDown|FrontDoorDown'
      const fired = `max_over_time(ALERTS{alertname=~"${names}",alertstate="firing"}[${seconds}s])`
      expect((await promql(fired)).map(({ metric }) => metric['alertname'])).toEqual([])
    })

    it('leaves an archive that goes on, with nothing that waits', { timeout: 120_000 }, async () => {
      const { lastArchivedAt = new Date(0) } = await readArchive()
      await archiveAll()
      expect((await readArchive()).lastArchivedAt?.getTime()).toBeGreaterThanOrEqual(lastArchivedAt.getTime())
      expect(await readArchive()).toMatchObject({ failing: undefined, waiting: 0 })
    })

    it('leaves the old login of the store refused', async () => {
      const script = `
set -euo pipefail
curl --config - --silent --output /dev/null --write-out '%{http_code}' --max-time 20 --cacert /etc/store-authority/ca.crt \\
  --aws-sigv4 aws:amz:us-east-1:s3 "https://localhost:7070/$BUCKET/none"`
      const ask = async (values: Record<string, string> = {}) => {
        const login = `${values['PGBACKREST_REPO1_S3_KEY']}:${values['PGBACKREST_REPO1_S3_KEY_SECRET']}`
        const words = ['exec', '--stdin', 'object-store-0', '--', 'bash', '-c', script]
        return (await kubectlBank(words, `user = "${login}"\n`)).stdout
      }
      expect(await ask(after[BACKUP_SECRET])).toBe('404')
      expect(await ask(before[BACKUP_SECRET])).toBe('403')
    })

    it('names the key of each backup, and the newest is by the new one', async () => {
      const { stdout } = await $`node ${path.join(root, 'scripts/backups.ts')} --json`.nothrow()
      const { backups } = JSON.parse(stdout) as { backups: Backup[] }
      expect(backups.at(-1)).toMatchObject({ type: 'full', key: 'PGBACKREST_REPO1_CIPHER_PASS' })
      expect(backups.some(({ key }) => key === 'PGBACKREST_REPO2_CIPHER_PASS')).toBe(true)
      expect(after[BACKUP_SECRET]?.['PGBACKREST_REPO2_CIPHER_PASS']).toBe(
        before[BACKUP_SECRET]?.['PGBACKREST_REPO1_CIPHER_PASS'],
      )
    })

    it(
      'restores a moment before, and one after, each with what was there',
      { timeout: 300_000 },
      async () => {
        const count = (where?: typeof restoredDatabase) =>
          runPsql(
            'not counted',
            "select count(*) from transfers where reference = 'Rotation';\n",
            undefined,
            where,
          )
        const now = await count()
        await sleep(1200)
        const later = new Date()
        await sleep(1200)
        const counts: string[] = []
        for (const at of [moment, later])
          await withRestored({ at }, 'scratch', async ({ checks }) => {
            expect(checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
            counts.push(await count(restoredDatabase))
          })
        expect(Number(counts[0])).toBeLessThanOrEqual(Number(now) - paid.transfers)
        expect(counts[1]).toBe(now)
      },
    )
  })
})

it('./dway secrets knows the Secret of the backups, and refuses what is none', async () => {
  expect(JSON.parse((await secrets('list', '--json')).stdout)).toEqual(known)
  expect((await secrets('show', BACKUP_SECRET)).stdout).toMatch(/^PGBACKREST_REPO1_CIPHER_PASS: \S{43}$/m)
  const { stderr, exitCode } = await secrets('rotate', 'none', '--yes').nothrow()
  expect(stderr).toContain(`there is no Secret none: choose from ${known.join(', ')}`)
  expect(exitCode).toBe(2)
})
