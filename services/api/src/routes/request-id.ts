import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Takes over the id the proxy gave a request, when it is well-formed, or makes one. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9_.-]{8,64}$/.test(given) ? given : randomUUID()
}
