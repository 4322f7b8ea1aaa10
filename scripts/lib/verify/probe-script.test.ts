import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority, issueCertificate } from '../certificates.ts'
import { parseOutcomes, probeScript, type Attempt } from './probe-script.ts'

/** Runs the script as a pod would. */
function run(attempts: Attempt[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    const bash = spawn('bash', ['-s'], { env: { ...process.env, ...env } })
    let output = ''
    bash.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    bash.on('close', () => resolve(output))
    bash.stdin.end(probeScript(attempts))
  })
}

const web = http.createServer((request, response) => {
  response.writeHead(request.url === '/healthz' ? 200 : 503).end('x')
})
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'probe-'))
/** A file that has the text. */
function fileOf(name: string, text: string): string {
  fs.writeFileSync(path.join(folder, name), text)
  return path.join(folder, name)
}
const [authority, stranger] = await Promise.all([createAuthority(), createAuthority()])
const issued = await issueCertificate(authority, { names: ['localhost'], usages: ['server'] })
// Answers like Redis to the right password.
const redis = tls.createServer({ cert: issued.certificate, key: issued.key }, (socket) => {
  socket.on('data', (data: Buffer) => {
    socket.end(data.toString().startsWith("AUTH it's\r\n") ? '+OK\r\n+PONG\r\n' : '-WRONGPASS\r\n-NOAUTH\r\n')
  })
  socket.on('error', () => undefined)
})
const portOf = (server: net.Server) => (server.address() as net.AddressInfo).port

beforeAll(async () => {
  for (const server of [web, redis]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterAll(() => {
  fs.rmSync(folder, { recursive: true })
  web.close()
  redis.close()
})

describe('the probe script', () => {
  const works = (
    id: string,
    port: number,
    protocol: (Attempt & { expect: 'works' })['protocol'],
    host = '127.0.0.1',
  ): Attempt => ({
    id,
    expect: 'works',
    host,
    port,
    protocol,
  })

  it('tells what works from what does not, each in its protocol', { timeout: 20_000 }, async () => {
    const page = (path: string) => ({ kind: 'http', path, secure: false }) as const
    const output = await run(
      [
        works('good', portOf(web), page('/healthz')),
        works('bad', portOf(web), page('/')),
        works('ping', portOf(redis), { kind: 'ping' }, 'localhost'),
        works('other-name', portOf(redis), { kind: 'ping' }),
        works('open', portOf(web), { kind: 'connect' }),
        { id: 'reached', expect: 'refused', host: '127.0.0.1', port: portOf(web) },
        { id: 'nobody', expect: 'refused', host: '127.0.0.1', port: 1 },
        { id: 'names', expect: 'resolves', names: ['localhost'] },
        { id: 'no-name', expect: 'resolves', names: ['localhost', "no'such.invalid"] },
      ],
      { REDIS_PASSWORD: "it's", REDIS_CA_FILE: fileOf('ca', authority.certificate) },
    )
    const results = Object.fromEntries([...parseOutcomes(output)].map(([id, { result }]) => [id, result]))
    expect(results).toEqual({
      good: 'ok',
      bad: 'failed',
      ping: 'ok',
      'other-name': 'failed',
      open: 'ok',
      reached: 'ok',
      nobody: 'failed',
      names: 'ok',
      'no-name': 'failed',
    })
  })

  it.each([
    ['a wrong password', { REDIS_PASSWORD: 'x' }, /^-NOAUTH/],
    [
      'a certificate of an unknown authority',
      { REDIS_CA_FILE: fileOf('stranger', stranger.certificate) },
      /self-signed certificate/,
    ],
    ['one that nobody vouches for here', { REDIS_CA_FILE: '/nowhere/ca.crt' }, /No such file/],
  ])('takes %s for no PONG', { timeout: 20_000 }, async (_what, wrong, said) => {
    const right = { REDIS_PASSWORD: "it's", REDIS_CA_FILE: fileOf('ca', authority.certificate) }
    const ping = works('ping', portOf(redis), { kind: 'ping' }, 'localhost')
    const outcome = parseOutcomes(await run([ping], { ...right, ...wrong })).get('ping')
    expect(outcome).toMatchObject({ result: 'failed', detail: expect.stringMatching(said) as string })
  })
})

describe('a port that must be refused', () => {
  /** What is found if an attempt is cut off after it has printed `said`. */
  const cutOff = async (said: string) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'probe-'))
    fs.writeFileSync(path.join(folder, 'timeout'), `#!/bin/sh\nprintf '%s' '${said}'\nexit 124\n`, {
      mode: 0o755,
    })
    const attempt: Attempt = { id: 'x', expect: 'refused', host: '127.0.0.1', port: 1 }
    const output = await run([attempt], { PATH: `${folder}:${process.env['PATH'] ?? ''}` })
    fs.rmSync(folder, { recursive: true })
    return parseOutcomes(output).get('x')
  }

  it('is silent if nothing answers a connection', async () => {
    expect(await cutOff('connecting')).toMatchObject({ result: 'silent' })
  })

  it('is not known to be if the pod was too slow to begin one', { timeout: 20_000 }, async () => {
    expect(await cutOff('')).toMatchObject({ result: 'failed', detail: 'the pod was too slow to try' })
  })
})

it('reads nothing from lines that are no outcomes', () => {
  expect(parseOutcomes('bash: warning\nx\tmaybe\ty\n').size).toBe(0)
})
