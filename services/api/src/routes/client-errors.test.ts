import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { createServer } from '../app.ts'

const api = createServer(false)
api.post('/echo', async (request) => request.body)
api.get('/begun', (_request, reply) => {
  reply.hijack()
  reply.raw.write('the first part')
})
api.get('/under-way', (_request, reply) => {
  reply.hijack()
})
await api.listen({ host: '127.0.0.1', port: 0 })
const { headersTimeout, requestTimeout } = api.server
afterAll(async () => {
  api.server.closeAllConnections()
  await api.close()
})

/** A connection on which `request` was sent; it doesn't end by itself. */
async function begin(request: string): Promise<Socket> {
  const { port } = api.server.address() as AddressInfo
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  await once(socket, 'connect')
  socket.write(request)
  return socket
}

const post = (headers: string, body: string) =>
  `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`

describe('a request', () => {
  it.each([
    ['that is no HTTP', 400, 'invalid_request', 'hello\r\n\r\n'],
    [
      'with headers beyond 16 kB',
      431,
      'headers_too_large',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(16_400)}\r\n\r\n`,
    ],
    ['whose body breaks off the form', 400, 'invalid_request', post('Transfer-Encoding: chunked', 'zz\r\n')],
    ['whose headers do not arrive in time', 408, 'request_timeout', 'GET / HTTP/1.1\r\nHost: a\r\n'],
    ['whose body does not arrive in time', 408, 'request_timeout', post('Content-Length: 10', '{')],
  ])('%s is answered by a problem document', { timeout: 15_000 }, async (_what, status, code, request) => {
    // Node looks once a second what is late.
    if (status === 408) api.server.headersTimeout = api.server.requestTimeout = 100
    const socket = await begin(request)
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
    const requestId = /^x-request-id: (.+)$/im.exec(head)?.[1]
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head).toContain('Content-Type: application/problem+json; charset=utf-8')
    expect(requestId).toMatch(/^[\w-]{36}$/)
    expect(JSON.parse(body)).toMatchObject({ status, code, requestId })
    // The other side never ended it.
    await vi.waitFor(
      async () => expect(await promisify(api.server.getConnections.bind(api.server))()).toBe(0),
      4000,
    )
    socket.destroy()
    Object.assign(api.server, { headersTimeout, requestTimeout })
  })

  it('has ten seconds to arrive whole, its headers too', () => {
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 10_000])
  })
})

describe('what is no request', () => {
  it('adds nothing to an answer that has begun', async () => {
    const socket = await begin('GET /begun HTTP/1.1\r\nHost: a\r\n\r\n')
    const [first] = (await once(socket, 'data')) as [Buffer]
    socket.write('hello\r\n\r\n')
    const received = `${first.toString()}${await text(socket)}`
    expect(received).toContain('the first part')
    expect(received).not.toContain('problem+json')
  })

  it('is not answered in the place of a request that came before it', async () => {
    const socket = await begin('GET /under-way HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n')
    expect(await text(socket)).toBe('')
  })
})
