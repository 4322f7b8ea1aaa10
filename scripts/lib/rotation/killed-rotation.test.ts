import { createHash } from 'node:crypto'
import { beforeEach, expect, it, vi } from 'vitest'
import { rotate } from '../rotation.ts'
import { ensureSecrets } from '../secrets.ts'

type Kept = Record<string, Record<string, string>>

/** A cluster of Secrets, two servers and a store, with what runs as it was when it started. */
let kept: Kept
let api: Kept
/** The pod that was replaced last, as long as nobody has looked whether it is gone. */
let ending: Kept | undefined
let store: Kept
/** The Secrets as the volumes of the running pods have them. */
let mounted: Kept
let roles: Record<string, string | undefined>
let redis: Set<string>
/** The keys of the repositories that were made, by their path. */
let repositories: Map<string, string>
let backups: number
let commands = 0
let killedAt = -1
let running = false

const hash = (password = '') => `#${createHash('sha256').update(password).digest('hex')}`
const API = 'postgres-api'
const BACKUP = 'backup-repository'
const option = (name: string, conf = mounted[BACKUP]?.['repository.conf'] ?? '') =>
  RegExp(`^repo1-${name}=(.*)$`, 'm').exec(conf)?.[1] ?? ''

/** Whether whoever runs, and whoever starts now, is let in everywhere. */
function check(): void {
  const old = ending === undefined ? [] : [['ends', ending] as const]
  for (const [who, secrets] of [...old, ['runs', api] as const, ['starts now', kept] as const]) {
    const { username = '', password } = secrets[API] ?? {}
    expect(roles[username], `the api that ${who} is let in by PostgreSQL, after ${commands} commands`).toBe(
      password,
    )
    expect(redis, `the api that ${who} is let in by Redis, after ${commands} commands`).toContain(
      hash(secrets['redis-auth']?.['password']),
    )
  }
  const known = store[BACKUP] ?? {}
  expect(
    { [option('s3-key')]: option('s3-key-secret'), path: repositories.get(option('path')) },
    `what is archived is taken, after ${commands} commands`,
  ).toEqual({
    [option('s3-key')]: [
      [known['PGBACKREST_REPO1_S3_KEY'], known['PGBACKREST_REPO1_S3_KEY_SECRET']],
      [known['OTHER_S3_KEY'], known['OTHER_S3_KEY_SECRET']],
    ].find(([name]) => name === option('s3-key'))?.[1],
    path: option('cipher-pass'),
  })
}

/** A command that changes something; the one at `killedAt` is the last. */
function command(change: () => void): Promise<void> {
  if (commands === killedAt) return Promise.reject(new Error('killed'))
  commands += 1
  change()
  if (running) check()
  return Promise.resolve()
}

vi.mock(import('../database.ts'), async (original) => ({
  ...(await original()),
  runPsql: async (_what, script) => {
    const named = [...script.matchAll(/'(dwaybank_api\w*)'/g)].map(([, role = '']) => role)
    if (script.startsWith('select count'))
      return String(named.filter((role) => roles[role] !== undefined).length)
    const [, role = '', password] = /alter role (\w+) login password '(.*)'/.exec(script) ?? []
    await command(() => {
      if (password !== undefined) roles[role] = password
      else for (const other of named) roles[other] = undefined
    })
    return ''
  },
}))
vi.mock(import('../redis.ts'), () => ({
  runRedis: async (_what, lines) => {
    const [, reset, rule = ''] = /^ACL SETUSER default (resetpass )?(#\w+)$/.exec(lines[0] ?? '') ?? []
    if (rule === '') return `user default on ${[...redis].join(' ')} ~* &* +@all`
    await command(() => {
      if (reset) redis.clear()
      redis.add(rule)
    })
    return 'OK'
  },
}))
vi.mock(import('../mounted.ts'), () => ({
  awaitMounted: ({ pod }, content) =>
    command(() => {
      mounted = structuredClone(kept)
      const { 'redis-auth': auth, [BACKUP]: repository } = mounted
      expect(content).toBe(pod === 'redis-0' ? auth?.['password'] : repository?.['repository.conf'])
    }),
}))
vi.mock(import('../backup/jobs.ts'), async (original) => ({
  ...(await original()),
  awaitNoJob: () => Promise.resolve(),
  backUp: async () => {
    await command(() => (backups += 1))
    return ''
  },
}))
vi.mock(import('../shell.ts'), async (original) => ({
  ...(await original()),
  workloadExists: () => Promise.resolve(true),
  kubectl: (async (_args: readonly string[], input?: string) => {
    const { metadata, stringData } = JSON.parse(input ?? '') as {
      metadata: { name: string }
      stringData: Kept[string]
    }
    // What an update leaves out stays.
    await command(() => (kept[metadata.name] = { ...kept[metadata.name], ...stringData }))
  }) as never,
  kubectlBank: (async (args: readonly string[], input = '') => {
    const [verb, what, workload] = args
    if (verb === 'rollout' && what === 'restart')
      await command(() => {
        if (workload === 'deployment/api') {
          ending = api
          api = structuredClone(kept)
        }
        if (workload === 'statefulset/object-store') store = structuredClone(kept)
      })
    if (verb === 'exec')
      await command(() => {
        const [, path = '', key = ''] = /_PATH=(.*)\n\w+_CIPHER_PASS=(.*)\n/.exec(input) ?? []
        expect(repositories.get(path) ?? key, 'a repository has one key').toBe(key)
        repositories.set(path, key)
      })
    if (what === 'configmap/backup')
      return { stdout: JSON.stringify({ data: { PGBACKREST_REPO1_S3_BUCKET: 'backups' } }) }
    if (what === 'pods') {
      const items = ending === undefined ? [] : [{ metadata: { deletionTimestamp: 'now' } }]
      ending = undefined
      return { stdout: JSON.stringify({ items }) }
    }
    const items = Object.entries(kept).map(([name, values]) => ({
      metadata: { name },
      data: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    }))
    return { stdout: JSON.stringify({ items }) }
  }) as never,
}))
vi.mock(import('node:timers/promises'), async (original) => ({
  ...(await original()),
  setTimeout: () => Promise.resolve() as never,
}))
vi.mock(import('../steps.ts'), async (original) => ({
  ...(await original()),
  note: () => undefined,
  step: (_name, work) => work({ now: () => undefined, happened: () => undefined }),
}))

let fresh: Kept | undefined

const names = [API, 'redis-auth', BACKUP]

function begin(): void {
  kept = structuredClone(fresh ?? {})
  api = structuredClone(kept)
  ending = undefined
  store = structuredClone(kept)
  mounted = structuredClone(kept)
  roles = { [kept[API]?.['username'] ?? '']: kept[API]?.['password'] }
  redis = new Set([hash(kept['redis-auth']?.['password'])])
  repositories = new Map([['/dwaybank', kept[BACKUP]?.['PGBACKREST_REPO1_CIPHER_PASS'] ?? '']])
  backups = 0
  commands = 0
  killedAt = -1
}
beforeEach(async () => {
  if (!fresh) {
    kept = {}
    await ensureSecrets()
    fresh = kept
    running = true
  }
  begin()
})

/** Whether every server takes what the Secrets say and nothing else, and all runs by it. */
function expectRotated(): void {
  const { username = '', password } = kept[API] ?? {}
  expect(Object.entries(roles).filter(([, one]) => one !== undefined)).toEqual([[username, password]])
  expect([...redis]).toEqual([hash(kept['redis-auth']?.['password'])])
  expect(api[API]).toEqual(kept[API])
  expect(api['redis-auth']).toEqual(kept['redis-auth'])
  expect(store[BACKUP]).toEqual(kept[BACKUP])
  expect(kept[BACKUP]).toMatchObject({ STAGE: 'settled', OTHER_S3_KEY: '', NEXT_CIPHER_PASS: '' })
  expect(mounted[BACKUP]?.['repository.conf']).toBe(kept[BACKUP]?.['repository.conf'])
  expect(backups).toBeGreaterThan(0)
}

it('everything is changed, the old is refused then, and nobody was refused meanwhile', async () => {
  await rotate(names)
  expectRotated()
  for (const name of names) expect(kept[name]).not.toEqual(fresh?.[name])
  expect(kept[BACKUP]?.['PGBACKREST_REPO2_CIPHER_PASS']).toBe(
    fresh?.[BACKUP]?.['PGBACKREST_REPO1_CIPHER_PASS'],
  )
})

it('a cluster whose api logs in as dwaybank_api changes to a role of the two', async () => {
  kept[API] = { username: 'dwaybank_api', password: 'old' }
  api = structuredClone(kept)
  roles = { dwaybank_api: 'old' }
  await rotate([API])
  expect(kept[API]['username']).toBe('dwaybank_api_a')
  expect(roles['dwaybank_api']).toBeUndefined()
})

it('killed before any of its commands, all that runs goes on, and the next rotation puts it right', async () => {
  await rotate(names)
  const all = commands
  expect(all).toBeGreaterThan(12)
  for (let last = 0; last < all; last += 1) {
    begin()
    killedAt = last
    await expect(rotate(names)).rejects.toThrow('killed')
    check()
    const { NEXT_CIPHER_PASS: key = '' } = kept[BACKUP] ?? {}
    killedAt = -1
    // An up in between leaves it as it is.
    expect(await ensureSecrets()).toEqual([])
    await rotate(names)
    expectRotated()
    // The key that was made is not made again.
    if (key !== '') expect(kept[BACKUP]?.['PGBACKREST_REPO1_CIPHER_PASS']).toBe(key)
  }
})
