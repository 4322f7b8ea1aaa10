import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { names, root, statePath } from '../../scripts/lib/settings.ts'
import { $, must } from '../../scripts/lib/shell.ts'
import { ensureTestImage } from '../support/test-images.ts'

const container = `${names.cluster}-backup-${randomBytes(4).toString('hex')}`
const LIVE = '/run/postgresql'

/** Ends when its input does, however the tests end. Nothing is worth waiting for the disk. */
const AROUND = `
set -eu
echo 'fsync = off' >>/etc/postgres/postgresql.conf
exec 3<&0
cat <&3 >/dev/null &
entrypoint &
wait -n`

let server: ChildProcess | undefined
/** Between the rows 1 and 2. */
let moment: string
/** The segment that has row 2, and the last one, which has row 3. */
let segment: string
let lastSegment: string

/** The image's own server, which archives into a folder: /data/store. */
function run(image: string): ChildProcess {
  const secret = () => randomBytes(16).toString('hex')
  const secrets = {
    OWNER_PASSWORD: secret(),
    API_PASSWORD: secret(),
    PGBACKREST_REPO1_CIPHER_PASS: secret(),
  }
  const words = [
    ...['run', '--rm', '--interactive', '--name', container, '--network', 'none'],
    // By these down and prune know it, should the engine have kept it nevertheless.
    ...['--label', `dway.instance=${names.cluster}`, '--label', `dway.checkout=${root}`],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', `${LIVE}:uid=1001`],
    ...['--tmpfs', '/small:uid=1001,size=2m'],
    ...Object.keys(secrets).flatMap((name) => ['--env', name]),
    ...['--env', 'PGBACKREST_STANZA=dwaybank', '--env', 'PGBACKREST_REPO1_TYPE=posix'],
    ...['--env', 'PGBACKREST_REPO1_PATH=/data/store'],
    ...['--entrypoint', 'bash', image, '-c', AROUND],
  ]
  const log = fs.openSync(statePath('logs/backup-postgres.log'), 'w')
  const child = spawn('docker', words, { stdio: ['pipe', log, log], env: { ...process.env, ...secrets } })
  fs.closeSync(log)
  return child
}

/** Runs a script of bash beside the server. */
const tryInside = (script: string, variables: Record<string, string> = {}, words: readonly string[] = []) => {
  const flags = Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  return $`docker exec ${flags} ${container} bash -euc ${script} - ${words}`
}
const inside = async (script: string) => (await must('beside PostgreSQL', tryInside(script))).stdout.trim()

/** Runs statements as the superuser, each on its own. */
async function sql(socket: string, ...statements: string[]): Promise<string> {
  const words = ['-h', socket, ...statements.flatMap((statement) => ['-c', statement])]
  const psql = $`docker exec ${container} psql -XqAt -v ON_ERROR_STOP=1 -d dwaybank ${words}`
  return (await psql).stdout.trim()
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within 40 s`)
    await sleep(200)
  }
}

/** Archives what was written. Returns the last segment that it is in. */
async function archive(): Promise<string> {
  const last = (
    await sql(LIVE, 'select pg_current_xact_id()', 'select pg_walfile_name(pg_switch_wal())')
  ).slice(-24)
  const archived = 'select coalesce(last_archived_wal, $$$$) from pg_stat_archiver'
  await until('the log is archived', async () => (await sql(LIVE, archived)) >= last)
  return last
}

const amounts = 'select amount from entries where amount > 0 order by amount'

beforeAll(async () => {
  const child = (server = run(await ensureTestImage('postgres')))
  await until('PostgreSQL is ready', async () => {
    if (child.exitCode !== null) throw new Error('PostgreSQL ended: see .dway/logs/backup-postgres.log')
    return sql(LIVE, 'select').then(
      () => true,
      () => false,
    )
  })
  await sql(LIVE, 'create table accounts (balance bigint)', 'create table entries (amount bigint)')
  await sql(LIVE, 'insert into accounts values (5), (-5)', 'insert into entries values (5), (-5)')
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
  await sql(LIVE, 'delete from entries where amount = 9', 'alter table entries rename to lost')
  await archive()
  await inside('cp -r /data/store /data/store-lost')
  await sql(LIVE, 'alter table lost rename to entries')
}, 240_000)

afterAll(async () => {
  if (server === undefined || server.exitCode !== null) return
  const ended = once(server, 'close')
  server.stdin?.end()
  await ended
})

/** Where a restore of a name has its data, its socket and its lock, beside those of others. */
const place = (name: string) => ({
  PGDATA: `/data/restored-${name}`,
  PGHOST: `/data/socket-${name}`,
  PGBACKREST_LOCK_PATH: `/tmp/lock-${name}`,
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
    expect(said).toMatch(/^passed: \S+F restored to .*: 8 entries in 2 accounts, which add up to zero$/)
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
