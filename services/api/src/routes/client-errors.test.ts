import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, expect, it } from 'vitest'
import { createServer } from '../app.ts'

const api = createServer(false)
await api.listen({ host: '127.0.0.1', port: 0 })
afterAll(() => api.close())

async function send(request: string): Promise<{ head: string; problem: unknown }> {
  const socket = connect((api.server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.end(request)
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  return { head, problem: JSON.parse(body) }
}

it.each([
  ['no HTTP', 400, 'invalid_request', 'hello\r\n\r\n'],
  [
    'headers beyond 16 kB',
    431,
    'headers_too_large',
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  ],
])('%s is answered by a problem document', async (_what, status, code, request) => {
  const { head, problem } = await send(request)
  const requestId = /^x-request-id: (.+)$/im.exec(head)?.[1]
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head).toContain('Content-Type: application/problem+json; charset=utf-8')
  expect(requestId).toMatch(/^[\w-]{36}$/)
  expect(problem).toMatchObject({ status, code, requestId })
})
