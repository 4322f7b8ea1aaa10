import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { readConfig } from './config.ts'
import { createPool } from './db/pool.ts'
import { connectRedis } from './sessions/redis.ts'

const secrets = { DATABASE_PASSWORD: 'one', REDIS_PASSWORD: 'two' }
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tls-'))
const authorityFile = path.join(folder, 'ca.crt')
let key: string
let cert: string
let server: net.Server | undefined

beforeAll(() => {
  const [keyFile, certFile] = [path.join(folder, 'key'), path.join(folder, 'cert')]
  const subject = ['-subj', '/CN=store', '-addext', 'subjectAltName=DNS:localhost']
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const files = ['-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', ['req', '-x509', ...algorithm, ...files, ...subject], { stdio: 'pipe' })
  key = fs.readFileSync(keyFile, 'utf8')
  cert = fs.readFileSync(certFile, 'utf8')
})
afterAll(() => fs.rmSync(folder, { recursive: true }))
afterEach(() => server?.close())

async function listen(made: net.Server): Promise<number> {
  server = made
  await once(made.listen(0, '127.0.0.1'), 'listening')
  return (made.address() as net.AddressInfo).port
}

/** As much of PostgreSQL as it takes to be asked for a user over TLS; it refuses everybody. */
const postgres = () =>
  net.createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write('S')
      const secure = new tls.TLSSocket(socket, { isServer: true, key, cert })
      secure.on('error', () => undefined)
      const fields = ['SFATAL', 'C28P01', 'Mreached over TLS', ''].join('\0') + '\0'
      const length = Buffer.alloc(4)
      length.writeInt32BE(fields.length + 4)
      secure.once('data', () => secure.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)])))
    })
  })

/** As much of Redis as it takes to refuse a password over TLS. */
const redis = () =>
  tls.createServer({ key, cert }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.write('-ERR reached over TLS\r\n'.repeat(4)))
  })

it.each<[string, Record<string, string>, RegExp]>([
  ['is verified unless somebody says otherwise', {}, /self-signed certificate/],
  ['is known by an authority of its own', { ca: 'cert' }, /reached over TLS/],
  ['must prove the name that it was called by', { ca: 'cert', host: '127.0.0.1' }, /altnames/],
])('a store outside the cluster %s', async (_what, { ca, host = 'localhost' }, said) => {
  const files = { DATABASE_CA_FILE: authorityFile, REDIS_CA_FILE: authorityFile }
  const config = readConfig({ ...secrets, ...files, DATABASE_HOST: host, REDIS_HOST: host })
  // Read for each connection: what is there now counts, whatever was there when the process started.
  fs.rmSync(authorityFile, { force: true })
  if (ca !== undefined) fs.writeFileSync(authorityFile, cert)

  const client = new pg.Client({ ...config.database, port: await listen(postgres()) })
  await expect(client.connect()).rejects.toThrow(said)
  server?.close()

  const warned = Promise.withResolvers<unknown>()
  const log = { warn: warned.resolve, info: () => undefined } as unknown as FastifyBaseLogger
  const connection = connectRedis({ ...config.redis, port: await listen(redis()) }, log)
  expect(JSON.stringify(await warned.promise)).toMatch(said)
  connection.disconnect()
})

it('a pool and a connection that go on read the authority anew', async () => {
  const files = { DATABASE_CA_FILE: authorityFile, REDIS_CA_FILE: authorityFile }
  const config = readConfig({ ...secrets, ...files, DATABASE_HOST: 'localhost', REDIS_HOST: 'localhost' })
  const said: string[] = []
  const warn = (problem: unknown) => said.push(JSON.stringify(problem))
  const log = { warn, info: () => undefined } as unknown as FastifyBaseLogger

  fs.rmSync(authorityFile, { force: true })
  const pool = createPool({ ...config.database, port: await listen(postgres()) }, log)
  await expect(pool.connect()).rejects.toThrow(/self-signed certificate/)
  fs.writeFileSync(authorityFile, cert)
  await expect(pool.connect()).rejects.toThrow(/reached over TLS/)
  await pool.end()
  server?.close()

  fs.rmSync(authorityFile)
  const connection = connectRedis({ ...config.redis, port: await listen(redis()) }, log)
  await vi.waitFor(() => expect(said.join()).toMatch(/self-signed certificate/))
  fs.writeFileSync(authorityFile, cert)
  await vi.waitFor(() => expect(said.join()).toMatch(/reached over TLS/))
  connection.disconnect()
})
