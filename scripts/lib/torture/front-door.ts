import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { readSecret } from '../secrets.ts'
import { names } from '../settings.ts'
import { bankAddress } from '../stack.ts'

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
export class FrontDoor {
  readonly origin: string
  readonly #agent: https.Agent
  readonly #host: string

  private constructor(origin: string, authority: string, connections: number) {
    this.origin = origin
    this.#host = new URL(origin).hostname
    this.#agent = new https.Agent({ keepAlive: true, maxSockets: connections, ca: authority })
  }

  /** @param connections how many requests may be under way at once */
  static async find(connections: number): Promise<FrontDoor> {
    const { 'ca.crt': authority = '' } = await readSecret('local-ca')
    return new FrontDoor(await bankAddress(), authority, connections)
  }

  /** @throws whatever kept the answer from arriving whole */
  async ask(path: string, question: Question = {}): Promise<Answer> {
    const { method = 'GET', headers = {}, body, timeoutMs = PATIENCE_MS } = question
    const content = body === undefined ? undefined : JSON.stringify(body)
    const request = https.request({
      agent: this.#agent,
      method,
      path: `/api${path}`,
      host: names.node,
      port: 30443,
      servername: this.#host,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        host: this.#host,
        origin: this.origin,
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

/** The code of a refusal, whichever shape errors have. */
export function codeOf({ text: body }: Answer): string {
  try {
    const { code, error } = JSON.parse(body) as { code?: string; error?: { code?: string } }
    return code ?? error?.code ?? 'no code'
  } catch {
    return 'no code'
  }
}
