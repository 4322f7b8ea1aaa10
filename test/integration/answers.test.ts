import { once } from 'node:events'
import fs from 'node:fs'
import http2, { type IncomingHttpHeaders } from 'node:http2'
import path from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../scripts/lib/settings.ts'
import { wrongInHeaders } from '../../scripts/lib/answer-headers.ts'
import { hostsOf } from '../../scripts/lib/proxy-hosts.ts'
import { ownAnswers, rawRequest } from '../../scripts/lib/proxy-answers.ts'
import { connect, receive, sendRaw } from '../../scripts/lib/raw-request.ts'
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
const request = (host: string, line: string) => rawRequest(host, scratchLogin, line)

describe.each(allHosts)('every answer of %s has its headers', (host) => {
  it.each(ownAnswers)('$name', async ({ status, ask, plain: withoutTls }) => {
    const { statuses, headers } = await ask(at(host), scratchLogin)
    expect(statuses).toEqual([status(host, scratchHost)])
    // What came in without TLS was not asked by https.
    expect(wrongInHeaders(headers, withoutTls ? undefined : hsts)).toEqual([])
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
