import { once } from 'node:events'
import fs from 'node:fs'
import http2, { type IncomingHttpHeaders } from 'node:http2'
import path from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../scripts/lib/settings.ts'
import { wrongInHeaders } from '../support/answer-headers.ts'
import { hostsOf } from '../support/proxy-hosts.ts'
import { connect, type RawAnswer, receive, sendRaw } from '../support/raw-request.ts'
import { scratchHost, scratchLogin, type ScratchProxy, startProxy } from '../support/scratch-proxy.ts'

/** What production says of HTTPS. */
const hsts = (() => {
  const file = path.join(root, 'k8s/overlays/production/proxy-hsts.yaml')
  const patch = parse(fs.readFileSync(file, 'utf8')) as {
    spec: { template: { spec: { containers: { env: { name: string; value: string }[] }[] } } }
  }
  return patch.spec.template.spec.containers[0]?.env.find(({ name }) => name === 'HSTS')?.value
})()

const allHosts = hostsOf(scratchHost)

let proxy: ScratchProxy
beforeAll(async () => {
  // Nobody is behind it, so that what isn't its own answer is a 502 of its own.
  proxy = await startProxy({ env: { HSTS: hsts ?? '', GENERAL_RATE: '1r/m' } })
})
afterAll(() => proxy.close())

const at = (host: string) => ({ ...proxy.door, name: host })
const plain = () => ({ host: proxy.door.host, port: 8080, name: scratchHost })

/** A request for a host, by somebody who has logged in. */
const request = (host: string, line: string, headers = '', body = '') =>
  `${line} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${scratchLogin}\r\n${headers}Connection: close\r\n\r\n${body}`

/** The header beyond the limit is called 400 by nginx, and 431 where it is a problem document. */
const tooLarge = (host: string) => (host === scratchHost ? 431 : 400)

type Ask = (host: string) => Promise<RawAnswer>
const asking =
  (make: (host: string) => string): Ask =>
  (host) =>
    sendRaw(at(host), make(host))

/** What nginx itself says, with what it takes to have it say so. */
const own: [name: string, status: (host: string) => number, ask: Ask][] = [
  ['a request that is none', () => 400, asking(() => 'nonsense\r\n\r\n')],
  ['a request without a host', () => 400, asking(() => 'GET / HTTP/1.1\r\n\r\n')],
  ['TRACE', () => 405, asking((host) => request(host, 'TRACE /'))],
  [
    'a body beyond the limit',
    () => 413,
    // The proxy goes on reading for a while what comes of it.
    (host) => sendRaw(at(host), request(host, 'POST /', 'Content-Length: 90000000\r\n'), 0.3),
  ],
  ['an address beyond the limit', () => 414, asking((host) => request(host, `GET /${'x'.repeat(9000)}`))],
  [
    'a header beyond the limit',
    tooLarge,
    asking((host) => request(host, 'GET /', `X: ${'x'.repeat(9000)}\r\n`)),
  ],
  [
    'an encoding that is none',
    () => 501,
    asking((host) => request(host, 'POST /', 'Transfer-Encoding: x\r\n')),
  ],
  ['a version to come', () => 505, asking((host) => `GET / HTTP/2.5\r\nHost: ${host}\r\n\r\n`)],
  [
    'plain HTTP to the port of TLS',
    () => 400,
    (host) => sendRaw({ ...at(host), authority: undefined }, request(host, 'GET /')),
  ],
  ['a name that is not ours', () => 421, (host) => sendRaw(at(host), request('evil.example', 'GET /'))],
]

describe.each(allHosts)('every answer of %s has its headers', (host) => {
  it.each(own)('%s', async (name, status, ask) => {
    const { statuses, headers } = await ask(host)
    expect(statuses).toEqual([status(host)])
    // What came in without TLS was not asked by https.
    expect(wrongInHeaders(headers, name.startsWith('plain HTTP') ? undefined : hsts)).toEqual([])
  })

  it('its page, or that nobody is there to give it', async () => {
    const { statuses, headers } = await sendRaw(at(host), request(host, 'GET /'))
    expect(statuses).toEqual([host.startsWith('tools.') ? 200 : host.startsWith('logs.') ? 302 : 502])
    expect(wrongInHeaders(headers, hsts)).toEqual([])
  })

  it('the same over HTTP/2', async () => {
    const { door } = proxy
    const session = http2.connect(`https://${host}`, {
      createConnection: () =>
        tls.connect({ ...door, servername: host, ca: door.authority, ALPNProtocols: ['h2'] }),
    })
    const asked = session.request({ ':path': '/none', authorization: scratchLogin })
    const [headers] = (await once(asked, 'response')) as [IncomingHttpHeaders & { ':status': number }]
    session.destroy()
    expect([404, 502]).toContain(headers[':status'])
    expect(wrongInHeaders(headers, hsts)).toEqual([])
  })

  it('the way from plain HTTP', async () => {
    const { statuses, headers } = await sendRaw(plain(), request(host, 'GET /a?b=c'))
    expect(statuses).toEqual([301])
    expect(headers['location']).toBe(`https://${host}/a?b=c`)
    // RFC 6797: not over plain HTTP.
    expect(wrongInHeaders(headers)).toEqual([])
  })
})

describe('other answers have them too', () => {
  it.each(['dashboards', 'prometheus', 'traces', 'tools', 'logs', 'mailbox', 'kibana'])(
    '%s to somebody without a login',
    async (tool) => {
      const host = `${tool}.${scratchHost}`
      const { statuses, headers } = await sendRaw(at(host), `GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`)
      expect(statuses).toEqual([401])
      expect(wrongInHeaders(headers, hsts)).toEqual([])
    },
  )

  it.each([
    [scratchHost, '/metrics', 404],
    [scratchHost, '/api/me', 503],
    [`tools.${scratchHost}`, '/none', 404],
    [`tools.${scratchHost}`, '/state/none', 404],
    [`tools.${scratchHost}`, '/state/api', 502],
    [`logs.${scratchHost}`, '/insert/jsonline', 404],
    [`dashboards.${scratchHost}`, '/to/traces/zipkin/', 302],
  ])('%s%s, which is %i', async (host, address, status) => {
    const { statuses, headers } = await sendRaw(at(host), request(host, `GET ${address}`))
    expect(statuses).toEqual([status])
    expect(wrongInHeaders(headers, hsts)).toEqual([])
  })

  it('HTTP/0.9, which knows no headers, gets no answer', async () => {
    for (const host of allHosts) {
      const { text, ended } = await sendRaw(at(host), 'GET /\r\n')
      expect({ text, ended }).toEqual({ text: '', ended: true })
    }
  })

  it('a name that is not ours leads nowhere from plain HTTP', async () => {
    const { text, ended } = await sendRaw(plain(), request('evil.example', 'GET /'))
    expect({ text, ended }).toEqual({ text: '', ended: true })
  })

  // Last, because the address that asks has used up what it may.
  it('429 of every host', async () => {
    const socket = await connect(at(scratchHost))
    const answers = receive(socket, 5)
    const line = `GET / HTTP/1.1\r\nHost: ${scratchHost}\r\n`
    socket.write(`${line}\r\n`.repeat(250) + `${line}Connection: close\r\n\r\n`)
    expect((await answers).statuses).toContain(429)
    for (const host of allHosts) {
      const { statuses, headers } = await sendRaw(at(host), request(host, 'GET /'))
      expect(statuses, host).toEqual([429])
      expect(wrongInHeaders(headers, hsts), host).toEqual([])
    }
  })
})
