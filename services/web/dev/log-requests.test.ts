import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ViteDevServer } from 'vite'
import { expect, it } from 'vitest'
import { logRequests } from './log-requests.ts'

type Handler = (request: http.IncomingMessage, response: http.ServerResponse, next: () => void) => void

/** What is written of one request to a server that answers with this. */
async function linesOf(answer: { status: number; type: string }, headers: Record<string, string>) {
  const lines: string[] = []
  const handlers: Handler[] = []
  const plugin = logRequests((line) => lines.push(line))
  const server = { middlewares: { use: (handler: Handler) => handlers.push(handler) } }
  const configure = plugin.configureServer as (server: ViteDevServer) => void
  configure(server as unknown as ViteDevServer)
  const over = Promise.withResolvers<undefined>()
  const listener = http.createServer((request, response) => {
    response.once('close', () => over.resolve(undefined))
    for (const handle of handlers) handle(request, response, () => undefined)
    request.url = '/index.html'
    response.setHeader('content-type', answer.type)
    response.statusCode = answer.status
    response.end()
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  try {
    const response = await fetch(`http://127.0.0.1:${port}/transfers?to=somebody`, { headers })
    await response.text()
    await over.promise
  } finally {
    listener.close()
  }
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

const byProxy = { 'x-request-id': 'request-1' }
const page = { status: 200, type: 'text/html' }

it('writes a line of a page, as it was asked for and without its query', async () => {
  const [line, ...others] = await linesOf(page, byProxy)
  expect(others).toEqual([])
  expect(line).toMatchObject({
    level: 'info',
    service: 'web',
    method: 'GET',
    path: '/transfers',
    status: 200,
    requestId: 'request-1',
  })
})

it('writes a line of what failed', async () => {
  expect(await linesOf({ status: 404, type: 'text/plain' }, byProxy)).toMatchObject([{ status: 404 }])
})

it('writes none of a module, or of a probe', async () => {
  expect(await linesOf({ status: 200, type: 'text/javascript' }, byProxy)).toEqual([])
  expect(await linesOf(page, {})).toEqual([])
})
