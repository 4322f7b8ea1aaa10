import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import type { FrontDoor } from './front-door.ts'

export interface Question {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  timeoutMs?: number
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** Longer than anything in the bank waits for anything. */
const PATIENCE_MS = 12_000

/** The way in that customers take: TLS, the certificate checked, connections kept open. */
export class HttpsClient {
  readonly #door: FrontDoor
  readonly #agent: https.Agent

  /** @param connections how many requests may be under way at once */
  constructor(door: FrontDoor, connections: number) {
    this.#door = door
    this.#agent = new https.Agent({ keepAlive: true, maxSockets: connections, ca: door.authority })
  }

  /** @throws whatever kept the answer from arriving whole */
  async ask(path: string, question: Question = {}): Promise<Answer> {
    const { method = 'GET', headers = {}, body, timeoutMs = PATIENCE_MS } = question
    const content = body === undefined ? undefined : JSON.stringify(body)
    const request = https.request({
      agent: this.#agent,
      method,
      path,
      host: this.#door.host,
      port: this.#door.port,
      servername: this.#door.name,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        host: this.#door.name,
        origin: this.#door.origin,
        ...(content !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    })
    // Once the answer has begun, what breaks is reported by the answer.
    request.on('error', () => undefined)
    request.end(content)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** The code of a problem document. */
export function codeOf({ text: body }: Answer): string {
  try {
    return (JSON.parse(body) as { code?: string }).code ?? 'no code'
  } catch {
    return 'no code'
  }
}

/** How long an answer says to wait, in milliseconds. */
export function waitOf({ headers }: Answer): number {
  const seconds = Number(headers['retry-after'])
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 1000
}
