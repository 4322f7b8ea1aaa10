import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { ownContainer } from '../../scripts/lib/engine.ts'
import { names, root, statePath } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { issueForStore, type StoreCertificate } from './store-certificate.ts'
import { ensureToolImage } from '../../scripts/lib/tool-images.ts'

/** dwaybank is the superuser, dwaybank_owner runs the migrations, dwaybank_api is the api. */
export type Role = 'dwaybank' | 'dwaybank_owner' | 'dwaybank_api'

/** A database as a role reaches it: what pg takes, and what the api's configuration holds. */
export interface Connection {
  host: string
  port: number
  database: string
  user: Role
  password: string
  ssl: { ca: string }
}

/** Where a scratch PostgreSQL answers. It can be passed between processes. */
export interface Server {
  port: number
  passwords: Record<Role, string>
  /** Who issued its certificate, PEM. */
  authority: string
}

/** A database of a scratch PostgreSQL. */
export interface Database {
  name: string
  /** How a role reaches it. */
  as(role: Role): Connection
}

/** A PostgreSQL that is there for tests alone. */
export interface ScratchPostgres {
  server: Server
  /** Ends it, with everything in it. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'

/** The database that all others are copied from: the bank's own, migrated by the bank's own Job. */
const TEMPLATE = 'dwaybank'

/**
 * What the container runs around the image's own entrypoint. It ends when its input does, however the tests end. Other
 * databases than the bank's are let in, the superuser has a password, and nothing is worth waiting for the disk.
 */
const around = (unpack: string) => `
set -eu
${unpack}
sed -i '/^hostssl/d; s#^host .*#hostssl all all 127.0.0.1/32 scram-sha-256\\n&#' /etc/postgres/pg_hba.conf
printf '%s\\n' "listen_addresses = '127.0.0.1'" 'fsync = off' >>/etc/postgres/postgresql.conf
printf '%s\\n' '\\getenv password SUPERUSER_PASSWORD' "ALTER ROLE dwaybank PASSWORD :'password';" >>/etc/postgres/roles.sql
exec 3<&0
cat <&3 >/dev/null &
entrypoint &
wait -n`

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Runs the image in the network of the container that this runs in, so that only this one reaches it. */
function run(image: string, { port, passwords }: Server, certificate: StoreCertificate): ChildProcess {
  const secrets = {
    ...certificate.secrets,
    OWNER_PASSWORD: passwords.dwaybank_owner,
    API_PASSWORD: passwords.dwaybank_api,
    SUPERUSER_PASSWORD: passwords.dwaybank,
  }
  const words = [
    ...['run', '--rm', '--interactive', '--name', `${names.cluster}-postgres-${port}`],
    // By these down and prune know it, should the engine have kept it nevertheless.
    ...['--label', `dway.instance=${names.cluster}`, '--label', `dway.checkout=${root}`],
    ...['--network', `container:${ownContainer()}`],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', '/run/postgresql:uid=1001'],
    ...certificate.flags,
    ...['--env', `PGPORT=${port}`, ...Object.keys(secrets).flatMap((name) => ['--env', name])],
    ...['--entrypoint', 'bash', image, '-c', around(certificate.unpack)],
  ]
  const log = fs.openSync(statePath('logs/scratch-postgres.log'), 'w')
  const child = spawn('docker', words, {
    stdio: ['pipe', log, log],
    env: { ...process.env, ...secrets },
  })
  fs.closeSync(log)
  return child
}

/** The template as a role reaches it, or another database. */
function connection({ port, passwords, authority }: Server, user: Role, database: string): Connection {
  return { host: HOST, port, database, user, password: passwords[user], ssl: { ca: authority } }
}

async function untilReady(server: Server, container: ChildProcess): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const client = new pg.Client(connection(server, 'dwaybank', 'postgres'))
    try {
      await client.connect()
      return
    } catch (cause) {
      if (container.exitCode !== null || performance.now() > deadline)
        throw new Error('the scratch PostgreSQL did not start: see .dway/logs/scratch-postgres.log', {
          cause,
        })
    } finally {
      await client.end().catch(() => undefined)
    }
    await sleep(200)
  }
}

/**
 * Runs the migrations as the Job does: the same program, told by the same variables.
 * @param program another release's, if not this one's
 * @returns what it wrote, one JSON object a line
 * @throws Error with what the program wrote if it fails
 */
export async function runMigrations(
  { host, port, database, user, password, ssl }: Connection,
  program = path.join(root, 'services/api/src/db/migrate.ts'),
): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-'))
  const env = {
    DWAY_IMAGE: 'api',
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: database,
    DATABASE_USER: user,
    DATABASE_PASSWORD: password,
    // The previous release takes the certificate itself in place of a file.
    DATABASE_CA: ssl.ca,
    DATABASE_CA_FILE: path.join(folder, 'ca.crt'),
  }
  try {
    fs.writeFileSync(env.DATABASE_CA_FILE, ssl.ca)
    return (await $({ env: { ...process.env, ...env } })`node ${program}`).stdout
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

/** Runs statements as the superuser in the server's own database. */
async function administer(server: Server, ...statements: string[]): Promise<void> {
  const client = new pg.Client(connection(server, 'dwaybank', 'postgres'))
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/**
 * Makes a database like the bank's: of the same owner, with the same right to connect.
 * @param migrated whether it has the bank's schema, or nothing at all
 */
export async function makeDatabase(
  server: Server,
  { name = 'test', migrated = true }: { name?: string; migrated?: boolean } = {},
): Promise<Database> {
  const database = `${name}_${randomBytes(4).toString('hex')}`
  const quoted = pg.escapeIdentifier(database)
  await administer(
    server,
    `create database ${quoted} owner dwaybank_owner template ${migrated ? TEMPLATE : 'template1'}`,
    `revoke all on database ${quoted} from public`,
    `grant connect on database ${quoted} to dwaybank_api`,
  )
  return { name: database, as: (role) => connection(server, role, database) }
}

/**
 * Starts the bank's own PostgreSQL beside the toolbox, without a cluster, and applies the migrations. It answers on
 * 127.0.0.1 and is gone when this process is, however that ends.
 */
export async function startPostgres(): Promise<ScratchPostgres> {
  const image = await ensureToolImage('postgres')
  const certificate = await issueForStore()
  const password = () => randomBytes(16).toString('hex')
  const server: Server = {
    port: await freePort(),
    passwords: { dwaybank: password(), dwaybank_owner: password(), dwaybank_api: password() },
    authority: certificate.authority,
  }
  const container = run(image, server, certificate)
  const ended = once(container, 'close')
  const close = async () => {
    container.stdin?.end()
    await ended
  }
  try {
    await untilReady(server, container)
    await runMigrations(connection(server, 'dwaybank_owner', TEMPLATE))
    return { server, close }
  } catch (error) {
    await close()
    throw error
  }
}
