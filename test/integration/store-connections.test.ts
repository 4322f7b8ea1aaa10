import { once } from 'node:events'
import net from 'node:net'
import pg from 'pg'
import { expect, it } from 'vitest'
import { createAuthority } from '../../scripts/lib/certificates.ts'
import { runPsql } from '../../scripts/lib/database.ts'
import { withPortForward } from '../../scripts/lib/port-forward.ts'
import { runRedis } from '../../scripts/lib/redis.ts'
import { readSecret } from '../../scripts/lib/secrets.ts'
import { kubectlBank, must } from '../../scripts/lib/shell.ts'
import { newCustomer } from '../support/visitor.ts'

/** Says to each store what the api says to it, with the api's own code, and prints what came of it. */
const script = `
import { readConfig } from './services/api/src/config.ts'
import { createPool } from './services/api/src/db/pool.ts'
import { connectRedis } from './services/api/src/sessions/redis.ts'
const config = readConfig()
let warning
const log = { info: () => undefined, warn: ({ reason }) => (warning ??= reason) }
const pool = createPool(config.database, log)
const postgres = await pool.query('select').then(() => 'reached', (error) => error.message)
const client = connectRedis(config.redis, log)
const redis = await client.ping().then(() => 'reached', (error) => warning ?? error.message)
console.log(JSON.stringify({ postgres, redis }))
process.exit()
`

/** What the api would meet with, in its pod, if these variables were others. */
async function reached(variables: Record<string, string>): Promise<{ postgres: string; redis: string }> {
  const others = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  const exec = ['exec', '--stdin', 'deployment/api', '--container', 'api', '--']
  const run = kubectlBank([...exec, 'env', ...others, 'node', '--input-type=module', '-'], script)
  const { stdout } = await must('the api did not try', run.timeout('60s'))
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { postgres: string; redis: string }
}

/** Puts a file into the api's pod, which keeps none. */
async function fileInApi(name: string, text: string): Promise<string> {
  const path = `/tmp/${name}`
  const exec = ['exec', '--stdin', 'deployment/api', '--container', 'api', '--', 'sh', '-c']
  await must('no file was written', kubectlBank([...exec, `cat >${path}`], text))
  return path
}

it('the api reaches both stores over TLS', async () => {
  expect(await reached({})).toEqual({ postgres: 'reached', redis: 'reached' })
})

it('the api takes no store whose certificate is by another CA', async () => {
  const file = await fileInApi('stranger.crt', (await createAuthority()).certificate)
  const { postgres, redis } = await reached({ DATABASE_CA_FILE: file, REDIS_CA_FILE: file })
  expect(postgres).toMatch(/self-signed certificate|unable to verify/)
  expect(redis).toMatch(/self-signed certificate|unable to verify/)
})

it('the api takes no store that it called by another name than the certificate has', async () => {
  const names = { DATABASE_HOST: 'postgres.dwaybank', REDIS_HOST: 'redis.dwaybank' }
  const { postgres, redis } = await reached(names)
  expect(postgres).toMatch(/altnames/)
  expect(redis).toMatch(/altnames/)
})

it('the api is refused by both stores without TLS', async () => {
  const { postgres, redis } = await reached({ DATABASE_TLS: 'off', REDIS_TLS: 'off' })
  expect(postgres).toMatch(/pg_hba\.conf rejects connection .* no encryption/)
  expect(redis).not.toBe('reached')
})

const unreachable = (why: string) => `the store cannot be asked: ${why}`

it('PostgreSQL refuses whoever comes without TLS, and takes the same login with it', async () => {
  const [{ username: user, password }, { 'ca.crt': ca }] = await Promise.all([
    readSecret('postgres-owner'),
    readSecret('local-ca'),
  ])
  await withPortForward('postgres-0', 5432, unreachable, async (port) => {
    const login = { host: 'localhost', port, database: 'dwaybank', user, password }
    const plain = new pg.Client({ ...login, ssl: false })
    await expect(plain.connect()).rejects.toMatchObject({ code: '28000' })
  })
  await withPortForward('postgres-0', 5432, unreachable, async (port) => {
    const login = { host: 'localhost', port, database: 'dwaybank', user, password }
    const client = new pg.Client({ ...login, ssl: { ca } })
    await client.connect()
    await client.end()
  })
})

it('Redis answers nothing to whoever comes without TLS', async () => {
  const answer = await withPortForward('redis-0', 6379, unreachable, async (port) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    let said = ''
    socket.on('data', (data: Buffer) => (said += data.toString('latin1')))
    socket.write('PING\r\n')
    await once(socket, 'close', { signal: AbortSignal.timeout(20_000) })
    return said
  })
  // What comes is at most the alert of TLS.
  expect(answer).not.toMatch(/PONG|NOAUTH|ERR/)
  expect(await runRedis('Redis was not asked', ['CONFIG GET port'])).toMatch(/^port\n0$/)
})

it('every connection that came by the network is by TLS 1.3', async () => {
  // By it the api has asked PostgreSQL just now.
  await newCustomer()
  const found = await runPsql(
    'the connections were not listed',
    `select distinct usename || ' ' || coalesce(version, 'plain') from pg_stat_ssl join pg_stat_activity using (pid)
      where client_addr is not null and usename is not null;`,
  )
  const connections = found.split('\n')
  const { username } = await readSecret('postgres-api')
  expect(connections).toContain(`${username} TLSv1.3`)
  expect(connections.filter((connection) => !connection.endsWith(' TLSv1.3'))).toEqual([])
})
