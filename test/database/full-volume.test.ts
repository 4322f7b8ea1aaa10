import fs from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { statePath } from '../../scripts/lib/settings.ts'
import { parseDropped } from '../../scripts/lib/backup/gaps.ts'
import {
  type ArchivingPostgres,
  LIVE,
  smallLedger,
  startArchivingPostgres,
  until,
} from '../support/archiving-postgres.ts'

const started: ArchivingPostgres[] = []
afterAll(() => Promise.all(started.map((postgres) => postgres.end())))

/** A server with a full backup, whose data has `megabytes` of room. */
async function start(name: string, megabytes: number, most: string): Promise<ArchivingPostgres> {
  const postgres = await startArchivingPostgres(name, {
    store: '/store/here',
    tmpfs: [`/data:uid=1001,size=${megabytes}m`, '/store:uid=1001', '/restored:uid=1001'],
    settings: 'max_wal_size = 64MB\nmin_wal_size = 32MB',
    variables: { PGBACKREST_ARCHIVE_PUSH_QUEUE_MAX: most },
  })
  started.push(postgres)
  await postgres.inside('mkdir /store/here')
  await postgres.sql(LIVE, ...smallLedger, 'create table filler (line text)')
  await postgres.inside('back-up full')
  return postgres
}

const takeStoreAway = (postgres: ArchivingPostgres) => postgres.inside('chmod 0 /store/here')
const bringStoreBack = (postgres: ArchivingPostgres) => postgres.inside('chmod 700 /store/here')

/** Writes two entries and, beside them, about ten megabytes of log. */
const write = (postgres: ArchivingPostgres) =>
  postgres.sql(
    LIVE,
    'insert into entries values (1), (-1)',
    'insert into filler select repeat(md5(random()::text), 30) from generate_series(1, 10000)',
    'truncate filler',
  )

const countEntries = async (postgres: ArchivingPostgres) =>
  Number(await postgres.sql(LIVE, 'select count(*) from entries'))

/** Restores the newest backup with all of the archive. Returns its last words. */
async function verify(postgres: ArchivingPostgres): Promise<string> {
  const place = { PGDATA: '/restored/data', PGHOST: '/restored' }
  const { stdout } = await postgres
    .tryInside('rm -rf /restored/data; restore-backup verify | tail -n 1', place)
    .nothrow()
  return stdout.trim()
}

describe.concurrent('a store that is away while much is written', () => {
  it('does not fill the volume: the log is given up, which is noted, and found until the next backup', async () => {
    const postgres = await start('bounded-log', 400, '48MiB')
    await takeStoreAway(postgres)
    const noted = () => postgres.inside('cat /data/dropped 2>/dev/null || true')
    await until('the log is given up', async () => {
      await write(postgres)
      return (await noted()) !== ''
    })
    await bringStoreBack(postgres)
    await write(postgres)
    await postgres.archive()

    const [first] = parseDropped((await noted()).split('\n'))
    expect(await verify(postgres)).toContain(
      `failed: segment ${first?.segment.slice(8)} is missing or damaged`,
    )
    await postgres.inside('back-up full')
    expect(await verify(postgres)).toMatch(/^passed: /)
  }, 240_000)

  it('stops a server whose volume is full, which says so, goes on with room, and has lost nothing', async () => {
    const postgres = await start('full-volume', 240, '2GiB')
    await postgres.inside('head --bytes=48M /dev/zero >/data/ballast')
    await takeStoreAway(postgres)
    let written = await countEntries(postgres)
    const fill = async () => {
      for (let times = 0; times < 60; times += 1) {
        await write(postgres)
        written += 2
      }
    }
    await expect(fill()).rejects.toThrow()
    await until('the server has ended', () =>
      postgres.sql(LIVE, 'select').then(
        () => false,
        () => true,
      ),
    )
    expect(fs.readFileSync(statePath('logs/full-volume.log'), 'utf8')).toMatch(
      /PANIC: .*No space left on device/,
    )

    await bringStoreBack(postgres)
    await postgres.inside('rm /data/ballast; touch /tmp/again')
    await postgres.ready()
    // The last two may have been written before the server could say so.
    expect([written, written + 2]).toContain(await countEntries(postgres))
    await postgres.archive()
    expect(await verify(postgres)).toMatch(/^passed: /)
  }, 240_000)
})
