import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessPromise } from 'zx'
import { names, root, statePath } from '../../scripts/lib/settings.ts'
import { $, must } from '../../scripts/lib/shell.ts'
import { issueForStore } from './store-certificate.ts'
import { ensureToolImage } from '../../scripts/lib/tool-images.ts'

/** The server's socket. */
export const LIVE = '/run/postgresql'

/** The accounts of the small ledger. */
const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']

/** Makes as much of a ledger as a backup and its verification read: two accounts with an entry each, and their chains. */
export const smallLedger = [
  'create table accounts (balance bigint, id uuid, number text, currency text)',
  `create table entries (amount bigint, account_id uuid default '${ids[0]}', id bigint generated always as identity,
     sequence bigint, transfer_id uuid, currency text default 'EUR', balance_after bigint,
     created_at timestamptz default date_trunc('second', now()), hash bytea)`,
  'create table transfers (id uuid)',
  `create function continue_chain() returns trigger language plpgsql as $$ begin
     select coalesce(max(sequence), 0) + 1 into new.sequence from entries where account_id = new.account_id;
     new.hash := sha256(coalesce((select hash from entries where account_id = new.account_id order by sequence desc limit 1),
       decode(repeat('00', 32), 'hex')) || convert_to(concat_ws('|', new.id, new.sequence, new.account_id, new.currency,
       new.amount, (extract(epoch from new.created_at) * 1000000)::bigint), 'UTF8'));
     return new;
   end $$`,
  'create trigger chain before insert on entries for each row execute function continue_chain()',
  `insert into accounts values (5, '${ids[0]}', '0001', 'EUR'), (-5, '${ids[1]}', '0002', 'EUR')`,
  `insert into entries values (5, '${ids[0]}'), (-5, '${ids[1]}')`,
  // As migrations do it.
  'grant select on accounts, entries, transfers to dwaybank_heads',
] as const

/**
 * Ends when its input does, however the tests end. Nothing is worth waiting for the disk. A server that ended is started again
 * when `/tmp/again` is there.
 */
const around = (unpack: string) => `
set -eu
${unpack}
printf '%s' "$AUTHORITY" >/tls/ca.crt
printf 'user default on nopass ~* &* +@all\nuser backup on >%s +ping +replconf +sync\n' "$REDIS_PASSWORD" >/tmp/users.acl
# Debian's redis-check-rdb is the server, by another name.
(exec -a redis-server redis-check-rdb --dir /tmp --save '' --repl-diskless-sync-delay 0 --port 0 --tls-port 6379 --tls-cert-file /tls/tls.crt \
  --tls-key-file /tls/tls.key --tls-auth-clients no --aclfile /tmp/users.acl --unixsocket /tmp/redis.sock) &
echo 'fsync = off' >>/etc/postgres/postgresql.conf
printf '%s\n' "$SETTINGS" >>/etc/postgres/postgresql.conf
exec 3<&0
cat <&3 >/dev/null &
while :; do
  entrypoint || true
  until [ -e /tmp/again ]; do sleep 0.2; done
  rm /tmp/again
done &
wait -n`

/** A server of the image postgres that archives into a folder, in a container of its own without a network. */
export interface ArchivingPostgres {
  /** Runs a script of bash beside the server. */
  tryInside(
    script: string,
    variables?: Readonly<Record<string, string>>,
    words?: readonly string[],
  ): ProcessPromise
  /** The same, which must succeed. Returns what it printed. */
  inside(script: string): Promise<string>
  /** Runs statements as the superuser, each on its own. */
  sql(socket: string, ...statements: string[]): Promise<string>
  /** Archives what was written. Returns the last segment that it is in. */
  archive(): Promise<string>
  ready(): Promise<void>
  end(): Promise<void>
}

/** Waits for what must come within 40 s. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within 40 s`)
    await sleep(200)
  }
}

/**
 * Starts one.
 * @param name of its log: .dway/logs/NAME.log
 * @param options.store the folder that it archives into
 * @param options.tmpfs folders of a size of their own, as `docker run --tmpfs` takes them
 * @param options.settings lines of postgresql.conf
 * @param options.variables of pgBackRest
 */
export async function startArchivingPostgres(
  name: string,
  options: {
    store: string
    tmpfs?: readonly string[]
    settings?: string
    variables?: Readonly<Record<string, string>>
  },
): Promise<ArchivingPostgres> {
  const { store, tmpfs = [], settings = '', variables = {} } = options
  const image = await ensureToolImage('postgres')
  const certificate = await issueForStore()
  const container = `${names.cluster}-${name}-${randomBytes(4).toString('hex')}`
  const secret = () => randomBytes(16).toString('hex')
  const environment = {
    ...certificate.secrets,
    AUTHORITY: certificate.authority,
    REDIS_HOST: 'localhost',
    REDIS_USER: 'backup',
    REDIS_PASSWORD: secret(),
    REDIS_CA_FILE: '/tls/ca.crt',
    OWNER_PASSWORD: secret(),
    API_PASSWORD: secret(),
    PGBACKREST_REPO1_CIPHER_PASS: secret(),
    PGBACKREST_STANZA: 'dwaybank',
    PGBACKREST_REPO1_TYPE: 'posix',
    PGBACKREST_REPO1_PATH: store,
    SETTINGS: settings,
    ...variables,
  }
  const words = [
    ...['run', '--rm', '--interactive', '--name', container, '--network', 'none'],
    // By these down and prune know it, should the engine have kept it nevertheless.
    ...['--label', `dway.instance=${names.cluster}`, '--label', `dway.checkout=${root}`],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', `${LIVE}:uid=1001`],
    ...certificate.flags,
    ...tmpfs.flatMap((folder) => ['--tmpfs', folder]),
    ...Object.keys(environment).flatMap((variable) => ['--env', variable]),
    ...['--entrypoint', 'bash', image, '-c', around(certificate.unpack)],
  ]
  const log = fs.openSync(statePath(`logs/${name}.log`), 'w')
  const child = spawn('docker', words, {
    stdio: ['pipe', log, log],
    env: { ...process.env, ...environment },
  })
  fs.closeSync(log)

  const postgres: ArchivingPostgres = {
    tryInside: (script, given = {}, arguments_ = []) => {
      const flags = Object.entries(given).flatMap(([key, value]) => ['--env', `${key}=${value}`])
      return $`docker exec ${flags} ${container} bash -euc ${script} - ${arguments_}`
    },
    inside: async (script) => (await must('beside PostgreSQL', postgres.tryInside(script))).stdout.trim(),
    sql: async (socket, ...statements) => {
      const asked = ['-h', socket, ...statements.flatMap((statement) => ['-c', statement])]
      const psql = $`docker exec ${container} psql -XqAt -v ON_ERROR_STOP=1 -d dwaybank ${asked}`
      return (await psql).stdout.trim()
    },
    archive: async () => {
      const switched = ['select pg_current_xact_id()', 'select pg_walfile_name(pg_switch_wal())']
      const last = (await postgres.sql(LIVE, ...switched)).slice(-24)
      const archived = 'select coalesce(last_archived_wal, $$$$) from pg_stat_archiver'
      await until('the log is archived', async () => (await postgres.sql(LIVE, archived)) >= last)
      return last
    },
    ready: () =>
      until('PostgreSQL is ready', async () => {
        if (child.exitCode !== null) throw new Error(`PostgreSQL ended: see .dway/logs/${name}.log`)
        return postgres.sql(LIVE, 'select').then(
          () => true,
          () => false,
        )
      }),
    end: async () => {
      if (child.exitCode !== null) return
      const ended = once(child, 'close')
      child.stdin?.end()
      await ended
    },
  }
  await postgres.ready()
  return postgres
}
