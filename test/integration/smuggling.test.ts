import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Field, http2Request, sendHttp2 } from '../support/http2-frames.ts'
import { sendRaw } from '../../scripts/lib/raw-request.ts'
import { scratchHost, type ScratchProxy, startProxy } from '../support/scratch-proxy.ts'

/** In the api's place: who says what it was sent, as the proxy put it. */
const ECHO = `mkdir -p /run/nginx/sites
cat >/run/nginx/sites/echo.conf <<'END'
server {
    listen 127.0.0.1:3000;
    location / {
        default_type text/plain;
        return 200 '<$request><length $content_length><encoding $http_transfer_encoding><host $http_host><upgrade $http_upgrade>';
    }
}
END`

let proxy: ScratchProxy
beforeAll(async () => {
  proxy = await startProxy({ before: ECHO })
})
afterAll(() => proxy.close())

const HOST = `Host: ${scratchHost}\r\n`
const POST = `POST /api/transfers HTTP/1.1\r\n${HOST}`
/** What would be a request of its own, were the one before it thought to end sooner. */
const HIDDEN = `GET /api/hidden HTTP/1.1\r\n${HOST}\r\n`
const CHUNKS = `\r\n\r\n0\r\n\r\n${HIDDEN}`
/** As in `<upgrade>` above, where there is none. */
const passedOn = (request: string, length = '') =>
  `<${request}><length ${length}><encoding ><host ${scratchHost}><upgrade >`

describe('over HTTP/1.1', () => {
  it.each([
    ['a length and chunks', `${POST}Content-Length: 6\r\nTransfer-Encoding: chunked${CHUNKS}`, 400],
    ['chunks and a length', `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4${CHUNKS}`, 400],
    ['two lengths', `${POST}Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`, 400],
    ['a length said twice', `${POST}Content-Length: 0\r\nContent-Length: 0\r\n\r\n${HIDDEN}`, 400],
    ['a list of lengths', `${POST}Content-Length: 0, 0\r\n\r\n${HIDDEN}`, 400],
    ['a length with a sign', `${POST}Content-Length: +0\r\n\r\n${HIDDEN}`, 400],
    ['a negative length', `${POST}Content-Length: -1\r\n\r\n${HIDDEN}`, 400],
    ['a hexadecimal length', `${POST}Content-Length: 0x0\r\n\r\n${HIDDEN}`, 400],
    ['a length beyond any number', `${POST}Content-Length: 99999999999999999999\r\n\r\n${HIDDEN}`, 400],
    ['two encodings', `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: x${CHUNKS}`, 400],
    ['a list of encodings', `${POST}Transfer-Encoding: identity, chunked${CHUNKS}`, 501],
    ['an encoding that is nearly one', `${POST}Transfer-Encoding: xchunked${CHUNKS}`, 501],
    ['an encoding behind a tab', `${POST}Transfer-Encoding:\tchunked${CHUNKS}`, 501],
    ['an encoding behind a vertical tab', `${POST}Transfer-Encoding: \vchunked${CHUNKS}`, 501],
    ['a blank before the colon', `${POST}Transfer-Encoding : chunked${CHUNKS}`, 400],
    ['a header on two lines', `${POST}Transfer-Encoding:\r\n chunked${CHUNKS}`, 400],
    ['a line that goes on with a header', `${POST}X-A: b\r\n Transfer-Encoding: chunked${CHUNKS}`, 400],
    ['a first header behind a blank', `GET /api/me HTTP/1.1\r\n X-A: b\r\n${HOST}\r\n${HIDDEN}`, 400],
    ['a bare carriage return', `${POST}X-A: b\rTransfer-Encoding: chunked${CHUNKS}`, 400],
    ['a NUL', `${POST}X-A: a\0b\r\n\r\n${HIDDEN}`, 400],
    ['chunks in HTTP/1.0', `POST /api/me HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked${CHUNKS}`, 400],
    ['a negative chunk', `${POST}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n${HIDDEN}`, 400],
    ['a chunk with a prefix', `${POST}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${HIDDEN}`, 400],
    ['a chunk beyond any number', `${POST}Transfer-Encoding: chunked\r\n\r\n1ffffffffffffffff\r\nx`, 400],
    ['a chunk longer than it says', `${POST}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`, 400],
    ['a bare line feed in a chunk', `${POST}Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\nx\r\n0\r\n\r\n`, 400],
    ['two hosts', `GET / HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`, 400],
    ['a host twice', `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a host with a path', `GET / HTTP/1.1\r\nHost: ${scratchHost}/x\r\n\r\n`, 400],
    ['a host with a user', `GET / HTTP/1.1\r\nHost: x@${scratchHost}\r\n\r\n`, 421],
    ['an address of another host', `GET https://${scratchHost}/ HTTP/1.1\r\nHost: evil.example\r\n\r\n`, 400],
    ['an address elsewhere', `GET https://evil.example/ HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['a tunnel', `CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`, 400],
    ['HTTP/2 where HTTP/1.1 was agreed on', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ])('%s: refused, and nothing after it is answered', async (_what, bytes, status) => {
    const { statuses, ended } = await sendRaw(proxy.door, bytes, 1)
    expect(statuses).toEqual([status])
    // A host with a user is a name like any other; the connection stays.
    if (status !== 421) expect(ended).toBe(true)
  })

  it.each([
    ['bare line feeds', `GET /api/me HTTP/1.1\n${HOST.trim()}\n\n`, passedOn('GET /api/me HTTP/1.1')],
    [
      'chunks with bare line feeds',
      `${POST}Transfer-Encoding: chunked\r\n\r\n2\nab\n0\n\n`,
      passedOn('POST /api/transfers HTTP/1.1', '2'),
    ],
    [
      'a header whose name has an underscore',
      `${POST}Content_Length: 5\r\n\r\n`,
      passedOn('POST /api/transfers HTTP/1.1'),
    ],
    [
      'an address in full',
      `GET https://${scratchHost}/api/me HTTP/1.1\r\n${HOST}\r\n`,
      passedOn('GET /api/me HTTP/1.1'),
    ],
    [
      'a way to another protocol',
      `GET /api/me HTTP/1.1\r\n${HOST}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
      passedOn('GET /api/me HTTP/1.1'),
    ],
  ])('%s: read as one request, and passed on as the proxy writes one', async (_what, bytes, echo) => {
    const { statuses, text } = await sendRaw(proxy.door, bytes, 0.5)
    expect(statuses).toEqual([200])
    expect(text).toContain(echo)
  })

  it('two requests in a row, which is no smuggling, are two', async () => {
    const { statuses } = await sendRaw(proxy.door, `${POST}Content-Length: 2\r\n\r\n{}${HIDDEN}`, 0.5)
    expect(statuses).toEqual([200, 200])
  })
})

describe('over HTTP/2', () => {
  const method = [':method', 'POST'] as const
  const scheme = [':scheme', 'https'] as const
  const authority = [':authority', scratchHost] as const
  const path = [':path', '/api/transfers'] as const
  const request = [method, scheme, authority, path]
  const send = (fields: readonly Field[], body = HIDDEN) => sendHttp2(proxy.door, http2Request(fields, body))

  it.each([
    ['a length shorter than its body', [...request, ['content-length', '0']]],
    ['a length longer than its body', [...request, ['content-length', '500']]],
    ['two lengths', [...request, ['content-length', '0'], ['content-length', String(HIDDEN.length)]]],
    ['a header in a value', [...request, ['x-a', 'b\r\nTransfer-Encoding: chunked']]],
    ['a line feed in a value', [...request, ['x-a', 'b\nc: d']]],
    ['a header in a name', [...request, ['x-a: b\r\nx-c', 'd']]],
    ['a colon in a name', [...request, ['x:a', 'b']]],
    ['a capital in a name', [...request, ['X-A', 'b']]],
    ['a NUL', [...request, ['x-a', 'b\0']]],
    ['a header in the path', [method, scheme, authority, [':path', '/api/x HTTP/1.1\r\nX: y']]],
    ['a blank in the path', [method, scheme, authority, [':path', '/api/x y']]],
    ['a request in the method', [[':method', 'GET /api/x HTTP/1.1\r\nX: y'], scheme, authority, path]],
    ['a header in the authority', [method, scheme, [':authority', `${scratchHost}\r\nX: y`], path]],
    ['two paths', [...request, path]],
    ['another host beside the authority', [...request, ['host', 'evil.example']]],
    ['no host at all', [method, scheme, path]],
  ] as [string, [string, string][]][])('%s is refused', async (_what, fields) => {
    expect(await send(fields)).toMatchObject({ status: 400 })
  })

  it.each([
    ['an encoding', ['transfer-encoding', 'chunked']],
    ['what is for one connection', ['connection', 'keep-alive']],
    ['a way to another protocol', ['upgrade', 'websocket']],
  ] as [string, [string, string]][])('%s means nothing', async (_what, header) => {
    const text = passedOn('POST /api/transfers HTTP/1.1', String(HIDDEN.length))
    expect(await send([...request, header])).toEqual({ status: 200, text })
  })

  it('a name that is not ours is misdirected', async () => {
    expect(await send([method, scheme, [':authority', 'evil.example'], path])).toMatchObject({ status: 421 })
  })
})

describe('headers beyond the limit', () => {
  const request = `GET /api/me HTTP/1.1\r\n${HOST}`
  it.each([
    ['one', `${request}X: ${'x'.repeat(9000)}\r\n\r\n`],
    ['a cookie', `${request}Cookie: a=${'x'.repeat(9000)}\r\n\r\n`],
    ['sixty', `${request}${`X: ${'x'.repeat(700)}\r\n`.repeat(60)}\r\n`],
    ['two thousand', `${request}${'X: x\r\n'.repeat(2000)}${`X: ${'x'.repeat(700)}\r\n`.repeat(60)}\r\n`],
  ])('%s: 431, and the connection ends', async (_what, bytes) => {
    const { statuses, text, ended } = await sendRaw(proxy.door, bytes)
    expect({ statuses, ended }).toEqual({ statuses: [431], ended: true })
    expect(text).toContain('"code":"headers_too_large"')
  })

  it('an address: 414', async () => {
    const { statuses, text, ended } = await sendRaw(
      proxy.door,
      `GET /${'x'.repeat(9000)} HTTP/1.1\r\n${HOST}\r\n`,
    )
    expect({ statuses, ended }).toEqual({ statuses: [414], ended: true })
    expect(text).toContain('"code":"address_too_long"')
  })
})
