import { once } from 'node:events'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAuthority, issueCertificate } from '../../scripts/lib/certificates.ts'

/**
 * What GitHub's forwarding makes of a request's headers on the way to a port of a Codespace: Host becomes its own end,
 * X-Forwarded-Host keeps the name, and an Origin that is the name's becomes its own end as well.
 */
export function forwardedHeaders(
  headers: IncomingHttpHeaders,
  name: string,
  port: number,
): IncomingHttpHeaders {
  const end = `localhost:${port}`
  const origin = headers.origin === `https://${name}` ? `http://${end}` : headers.origin
  return {
    ...headers,
    host: end,
    'x-forwarded-host': name,
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '192.0.2.1',
    ...(origin !== undefined && { origin }),
  }
}

/** The port in a forwarded name, which is NAME-PORT.DOMAIN. */
function portOf(name: string): number {
  return Number(/-(\d+)\./.exec(name)?.[1])
}

function forward(request: IncomingMessage): http.ClientRequest {
  const name = request.headers.host ?? ''
  const port = portOf(name)
  const { method, url: path } = request
  // A connection of its own for each: a kept one may be closed by the service while it is used again.
  return http.request({
    agent: false,
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: forwardedHeaders(request.headers, name, port),
  })
}

/**
 * Acts as GitHub's forwarding does: ends TLS for the names of a domain, and asks the port in the name over HTTP.
 * @returns where it listens, and who issued its certificate
 */
export async function startForwarder(
  domain: string,
): Promise<{ entry: string; authority: string; close(): void }> {
  const authority = await createAuthority()
  const { certificate, key } = await issueCertificate(authority, {
    names: [`*.${domain}`],
    usages: ['server'],
  })
  const server = https.createServer({ cert: certificate, key }, (request, response) => {
    const onward = forward(request)
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()))
    // A page that is left no longer waits.
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  server.on('upgrade', (request, socket: Duplex) => {
    const onward = forward(request)
    // A page may be left before its connection is there.
    socket.on('error', () => onward.destroy())
    onward.on('upgrade', (answer, far) => {
      const lines = Object.entries(answer.headers).map(([header, value]) => `${header}: ${String(value)}`)
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      far.pipe(socket).pipe(far)
      far.on('error', () => socket.destroy())
      socket.on('error', () => far.destroy())
    })
    onward.on('response', () => socket.destroy())
    onward.on('error', () => socket.destroy())
    onward.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { entry: `127.0.0.1:${port}`, authority: authority.certificate, close: () => server.close() }
}
