import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ArchivingPostgres,
  LIVE,
  smallLedger,
  startArchivingPostgres,
  until,
} from '../support/archiving-postgres.ts'

let postgres: ArchivingPostgres | undefined
/** Between the rows 1 and 2. */
let moment: string
/** The segment that has row 2, and the last one, which has row 3. */
let segment: string
let lastSegment: string

function running(): ArchivingPostgres {
  if (postgres === undefined) throw new Error('PostgreSQL was not started')
  return postgres
}
const tryInside: ArchivingPostgres['tryInside'] = (...args) => running().tryInside(...args)
const inside: ArchivingPostgres['inside'] = (script) => running().inside(script)
const sql: ArchivingPostgres['sql'] = (...args) => running().sql(...args)
const archive = () => running().archive()

const amounts = 'select amount from entries where amount > 0 order by amount'

beforeAll(async () => {
  postgres = await startArchivingPostgres('backup-postgres', {
    store: '/data/store',
    tmpfs: ['/small:uid=1001,size=2m'],
  })
  await sql(LIVE, ...smallLedger)
  await inside('redis-cli -s /tmp/redis.sock mset one 1 two 2')
  await inside('back-up full')
  // pgBackRest takes a backup whose end is a whole second before the moment.
  await sleep(1500)
  await sql(LIVE, 'insert into entries values (1), (-1)')
  moment = await sql(LIVE, 'select clock_timestamp()')
  await sql(LIVE, 'insert into entries values (2), (-2)')
  segment = await archive()
  await sql(LIVE, 'insert into entries values (3), (-3)')
  lastSegment = await archive()
  await inside('cp -r /data/store /data/store-whole')
  await sql(LIVE, 'insert into entries values (9)')
  await archive()
  await inside('cp -r /data/store /data/store-unbalanced')
  await sql(LIVE, 'delete from entries where amount = 9')
  await sql(LIVE, 'update entries set amount = amount * 2 where amount in (1, -1)')
  await archive()
  await inside('cp -r /data/store /data/store-rewritten')
  await sql(LIVE, 'update entries set amount = amount / 2 where amount in (2, -2) and sequence < 4')
  await sql(LIVE, 'alter table entries rename to lost')
  await archive()
  await inside('cp -r /data/store /data/store-lost')
  await sql(LIVE, 'alter table lost rename to entries')
}, 240_000)

afterAll(() => postgres?.end())

/** Where a restore of a name has its data, its socket and its lock, beside those of others. */
const place = (name: string) => ({
  PGDATA: `/data/restored-${name}`,
  PGHOST: `/data/socket-${name}`,
  PGBACKREST_LOCK_PATH: `/tmp/lock-${name}`,
  HEADS_FILE: `/tmp/heads-${name}.json`,
})

/** Starts restore-backup, in a group of processes whose number is in /data/NAME.pid. */
const start = (name: string, store: string, words: string[], variables: Record<string, string> = {}) =>
  tryInside(
    `mkdir -p -m 700 "$PGHOST"
    exec setsid --wait bash -c 'echo $$ >/data/${name}.pid; exec restore-backup "$@" >/data/${name}.log' - "$@"`,
    { ...place(name), PGBACKREST_REPO1_PATH: `/data/${store}`, ...variables },
    words,
  ).nothrow()

/** Runs restore-backup. Returns its exit code and its last words. */
async function restore(
  ...args: Parameters<typeof start>
): Promise<{ exitCode: number | null; said: string }> {
  const { exitCode } = await start(...args)
  return { exitCode, said: await inside(`tail -n 1 /data/${args[0]}.log`) }
}

const verify = (name: string, store: string, variables: Record<string, string> = {}) =>
  restore(name, store, ['verify'], variables)

/** A copy of the store, with a fault in it. */
async function copyWith(fault: string, name: string): Promise<string> {
  const store = `store-${name}`
  await inside(`cp -r /data/store-whole /data/${store}; cd /data/${store}; ${fault}`)
  return store
}

const flip = (file: string) => String.raw`
  file=$(echo ${file})
  at=$(($(stat --format=%s "$file") / 4))
  byte=$(od -An -tu1 -j "$at" -N 1 "$file")
  printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$file" bs=1 seek="$at" conv=notrunc status=none`

const bundle = 'backup/dwaybank/*F/bundle/1'
/** A store that is not there. pgBackRest tries it for longer than this timeout. */
const away = {
  PGBACKREST_REPO1_TYPE: 's3',
  PGBACKREST_REPO1_S3_ENDPOINT: '127.0.0.1',
  PGBACKREST_REPO1_STORAGE_PORT: '9',
  PGBACKREST_REPO1_S3_BUCKET: 'backups',
  PGBACKREST_REPO1_S3_REGION: 'us-east-1',
  PGBACKREST_REPO1_S3_KEY: 'none',
  PGBACKREST_REPO1_S3_KEY_SECRET: 'none',
  PGBACKREST_IO_TIMEOUT: '100ms',
}

const inArchive = (name: string) => `archive/dwaybank/17-1/*/${name}-*`

describe.concurrent('a backup', () => {
  it('passes if it restores whole, with books that add up', async () => {
    const { exitCode, said } = await verify('whole', 'store-whole')
    expect(said).toMatch(
      /^passed: \S+F restored to .*: 8 entries in 2 accounts, which add up to zero, follow their chains, and have the 2 heads from before it; the copy of Redis has 2 keys$/,
    )
    expect(exitCode).toBe(0)
  })

  it('restores to a moment, with what was written before it alone', async () => {
    const { PGDATA, PGHOST } = place('moment')
    const serving = start('moment', 'store-whole', ['serve', moment])
    await until('the restored server serves', async () =>
      (await inside('cat /data/moment.log 2>/dev/null || true')).includes('\nrestored: '),
    )
    expect(await sql(PGHOST, amounts)).toBe('1\n5')
    await inside('kill -TERM "$(cat /data/moment.pid)"')
    expect((await serving).exitCode).toBe(0)
    expect(await inside(`cat ${PGDATA}/postgresql.auto.conf`)).not.toMatch(/restore_command|recovery_target/)
    // Without it, the next restore would begin a timeline of the same name.
    expect(await inside(`ls ${PGDATA}/pg_wal/archive_status`)).toContain('00000002.history.ready')
    expect(await inside(`pg_controldata ${PGDATA}`)).toMatch(/cluster state: +shut down\n/)
    expect(await inside(`ls ${PGDATA}`)).not.toMatch(/\.(signal|pid)$/m)
  })

  it('fails without a segment of the log in between, which is named', async () => {
    const store = await copyWith(`rm ${inArchive(segment)}`, 'deleted')
    const { exitCode, said } = await verify('deleted', store)
    expect(said).toContain(`failed: segment ${segment.slice(8)} is missing or damaged`)
    expect(exitCode).toBe(1)
  })

  it.for([
    ['in between', () => inArchive(segment)],
    ['at the end', () => inArchive(lastSegment)],
  ] as const)('fails with a damaged segment %s', async ([where, file]) => {
    const name = where.replaceAll(' ', '-')
    const store = await copyWith(flip(file()), name)
    const { exitCode, said } = await verify(name, store)
    // Either it cannot be unpacked, or PostgreSQL finds a record in it that is none.
    expect(said).toMatch(
      /^failed: (segment \w{16} is missing or damaged|the archive is damaged: .* at 0\/\w+;)/,
    )
    expect(exitCode).toBe(1)
  })

  it('fails with damaged files', async () => {
    const store = await copyWith(flip(bundle), 'files')
    // A file that is read wrongly is read again, after 15 s for the last time.
    const { exitCode, said } = await verify('files', store, { PGBACKREST_JOB_RETRY: '0' })
    expect(said).toMatch(/^failed: \S+F was not restored: ./)
    expect(exitCode).toBe(1)
  })

  it('fails with another passphrase', async () => {
    const { exitCode, said } = await verify('passphrase', 'store-whole', {
      PGBACKREST_REPO1_CIPHER_PASS: 'another',
    })
    expect(said).toMatch(/^failed: the list of backups is damaged, or was written with another passphrase: /)
    expect(exitCode).toBe(1)
  })

  it('is not verified while the store is away', async () => {
    const { exitCode, said } = await verify('away', 'store-whole', away)
    expect(said).toMatch(/^could not verify: the store cannot be read: \[HostConnectError\] .*127\.0\.0\.1:9/)
    expect(exitCode).toBe(2)
  })

  it('is not verified if the store goes away meanwhile', async () => {
    const settings = Object.entries(away).map(([name, value]) => `${name}=${value}`)
    await inside(`mkdir /data/going
      cat >/data/going/pgbackrest <<'END'
#!/bin/bash
[[ $* != *'archive-get ${segment}'* ]] || export ${settings.join(' ')}
exec -a pgbackrest /usr/bin/pgbackrest "$@"
END
      chmod 755 /data/going/pgbackrest`)
    const path = `/data/going:${await inside('echo "$PATH"')}`
    const { exitCode, said } = await verify('going', 'store-whole', { PATH: path })
    expect(said).toMatch(
      /^could not verify: the archive could not be read while \S+ was recovered: \[HostConnectError\] /,
    )
    expect(exitCode).toBe(2)
  })

  it('restores to no moment before the first', async () => {
    const { exitCode, said } = await restore('early', 'store-whole', ['serve', '2026-01-01 00:00:00+00'])
    expect(said).toContain('failed: unable to find backup set with stop time less than')
    expect(exitCode).toBe(1)
  })

  it('restores to no moment after the last transaction', async () => {
    const soon = await sql(LIVE, "select clock_timestamp() + interval '1 hour'")
    const { exitCode, said } = await restore('late', 'store-whole', ['serve', soon])
    expect(said).toMatch(
      /^failed: \S+ did not recover: recovery ended before configured recovery target was reached$/,
    )
    expect(exitCode).toBe(1)
  })

  it('fails with books that do not add up', async () => {
    const { exitCode, said } = await verify('unbalanced', 'store-unbalanced')
    expect(said).toMatch(/^failed: \S+ restored to .*, but its books do not add up to zero$/)
    expect(exitCode).toBe(1)
  })

  it.for([
    ['with another hash', 's/"hash" : "../"hash" : "zz/', 'account 0001, sequence 1 has another hash'],
    ['that is longer', 's/"sequence" : 1/"sequence" : 9/', 'account 0001, sequence 9 is missing'],
  ] as const)('fails beside a head %s', async ([what, change, said]) => {
    const name = what.replaceAll(' ', '-')
    const store = await copyWith(
      `export PGBACKREST_REPO1_PATH=$PWD PGBACKREST_LOG_LEVEL_CONSOLE=warn
      heads=$(ls backup/dwaybank/*F/heads.backup.info)
      pgbackrest repo-get "$heads" | sed '${change}' >/tmp/altered-${name}
      pgbackrest repo-put "$heads" </tmp/altered-${name}`,
      name,
    )
    const found = await verify(name, store)
    expect(found.said).toMatch(/^failed: \S+F restored to .*, but its books are not those it was made of: /)
    expect(found.said).toContain(said)
    expect(found.exitCode).toBe(1)
  })

  it.for([
    ['no heads', 'rm backup/dwaybank/*F/heads.backup.info'],
    ['damaged heads', 'truncate --size=40 backup/dwaybank/*F/heads.backup.info'],
  ] as const)('is not verified with %s beside it', async ([what, fault]) => {
    const name = what.replaceAll(' ', '-')
    const { exitCode, said } = await verify(name, await copyWith(fault, name))
    expect(said).toMatch(/^could not verify: beside \S+F is not noted where the ledger's chains ended/)
    expect(exitCode).toBe(2)
  })

  it('fails with an entry that was changed, and another beside it so that all adds up', async () => {
    const { exitCode, said } = await verify('rewritten', 'store-rewritten')
    expect(said).toMatch(
      /^failed: \S+F restored to .*, but its books were changed: account 0001, sequence 2 does not follow its chain$/,
    )
    expect(exitCode).toBe(1)
  })

  it.for([
    ['no copy of Redis', 'rm backup/dwaybank/*F/redis.backup.info', 2, 'but beside it is no copy of Redis'],
    [
      'a copy of Redis that was cut off',
      'truncate --size=40 backup/dwaybank/*F/redis.backup.info',
      1,
      'but the copy of Redis beside it is damaged: ',
    ],
    [
      'a copy of Redis with another bit',
      flip('backup/dwaybank/*F/redis.backup.info'),
      1,
      'but the copy of Redis beside it is damaged: ',
    ],
  ] as const)('is not whole with %s beside it', async ([what, fault, code, why]) => {
    const name = what.replaceAll(' ', '-')
    const { exitCode, said } = await verify(name, await copyWith(fault, name))
    expect(said).toContain(`the books of `)
    expect(said).toContain(why)
    expect(exitCode).toBe(code)
  })

  it('without a moment is restored with all that was archived, or not at all', async () => {
    const serving = start('all', 'store-whole', ['serve', ''])
    await until('the restored server serves', async () =>
      (await inside('cat /data/all.log 2>/dev/null || true')).includes('\nrestored: '),
    )
    expect(await sql(place('all').PGHOST, amounts)).toBe('1\n2\n3\n5')
    await inside('kill -TERM "$(cat /data/all.pid)"')
    expect((await serving).exitCode).toBe(0)
    const store = await copyWith(`rm ${inArchive(segment)}`, 'not-all')
    const { exitCode, said } = await restore('not-all', store, ['serve', ''])
    expect(said).toContain(`failed: segment ${segment.slice(8)} is missing or damaged`)
    expect(exitCode).toBe(1)
  })

  it('is listed', async () => {
    const { exitCode, said } = await restore('list', 'store-whole', ['list'])
    expect(said).toMatch(/^\[\{.*"label":"\d{8}-\d{6}F"/)
    expect(exitCode).toBe(0)
    const undone = () => inside("grep -h '^undone' /data/list*.log || true")
    expect(await undone()).toBe('')
    const store = await copyWith('rm backup/dwaybank/*F/undone.backup.info', 'list-without')
    expect(await restore('list-without', store, ['list'])).toMatchObject({ exitCode: 0 })
    expect(await undone()).toBe('undone unknown')
  })

  it('is not verified without books', async () => {
    const { exitCode, said } = await verify('lost', 'store-lost')
    expect(said).toMatch(/^could not verify: the books of \S+ cannot be read$/)
    expect(exitCode).toBe(2)
  })

  it('restores into no folder that a killed restore has left', async () => {
    const store = await copyWith(
      `mv ${bundle} /data/kept; mkfifo "$(echo backup/dwaybank/*F/bundle)/1"`,
      'killed',
    )
    const { PGDATA } = place('killed')
    const killed = start('killed', store, ['verify'])
    await until('files are copied', async () =>
      (await inside(`ls ${PGDATA} || true`)).includes('backup.manifest'),
    )
    await inside('kill -KILL -- "-$(cat /data/killed.pid)"')
    expect((await killed).exitCode).not.toBe(0)
    await inside(`cd /data/${store}; mv --force /data/kept ${bundle}`)

    expect(await verify('killed', store)).toEqual({
      exitCode: 2,
      said: `could not verify: ${PGDATA} is not empty: remove it, or restore into another folder`,
    })
    await inside(`rm -r ${PGDATA}`)
    expect(await verify('killed', store)).toMatchObject({ exitCode: 0 })
  })

  it('is not made while another is', async () => {
    const twice = () => Promise.all([1, 2].map(() => tryInside('back-up full').nothrow()))
    let both = await twice()
    // A busy machine may make one after the other.
    for (let again = 0; again < 4 && both.every(({ exitCode }) => exitCode === 0); again += 1)
      both = await twice()
    expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, 50])
    const refused = both.find(({ exitCode }) => exitCode === 50)
    expect(`${refused?.stdout}${refused?.stderr}`).toContain('unable to acquire lock')
  })
})

it('a backup is not made in a store that is full, and says what it could not write', async () => {
  const small = {
    PGBACKREST_REPO1_PATH: '/small/store',
    // The log goes to the other store.
    PGBACKREST_ARCHIVE_CHECK: 'n',
    PGBACKREST_JOB_RETRY: '0',
  }
  const { exitCode, stdout, stderr } = await tryInside('back-up full', small).nothrow()
  expect(stdout + stderr).toContain("unable to write '/small/store/")
  expect(exitCode).not.toBe(0)
  const { said } = await restore('full', '../small/store', ['verify'])
  expect(said).toMatch(/^failed: .*no backup/)
})

it('leaves the live server as it was', async () => {
  expect(await sql(LIVE, amounts, 'select count(*) from entries', 'select pg_is_in_recovery()')).toBe(
    '1\n2\n3\n5\n8\nf',
  )
  expect(await inside('cat /data/17/PG_VERSION')).toBe('17')
})
