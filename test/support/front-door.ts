import { once } from 'node:events'
import fs from 'node:fs'
import http, { type IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import tls, { type ConnectionOptions } from 'node:tls'
import { text } from 'node:stream/consumers'
import { journeySetupFile, type JourneySetup } from '../../scripts/lib/browser.ts'
import { findFrontDoor, type FrontDoor } from '../../scripts/lib/front-door.ts'
import { mustBeDocumented } from '../../scripts/lib/openapi/document.ts'
import { HTTP_NODE_PORT } from '../../scripts/lib/settings.ts'

// A browser's container has no cluster to ask.
const doorOfJourney = () =>
  (JSON.parse(fs.readFileSync(journeySetupFile, 'utf8')) as Required<JourneySetup>).own.door

const door: FrontDoor = process.env['DWAY_JOURNEY'] ? doorOfJourney() : await findFrontDoor()

/** The bank's public origin, as a browser on this machine knows it. */
export const { origin } = door

/** The bank's host name. */
export const bankHost = door.name

/** So long a connection is kept that nobody uses: the proxy closes it after 60 s, maybe just as it is used again. */
const KEPT_MS = 30_000

// Nothing here connects without checking against the local certificate authority.
const agent = new https.Agent({ keepAlive: true, maxSockets: 64, ca: door.authority, timeout: KEPT_MS })

export interface Question {
  method?: string
  /** The name that is asked for; the bank's own unless told otherwise. */
  host?: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** The answer may be one that the API document doesn't know. */
  undocumented?: true
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/**
 * Asks the front door over TLS, its certificate checked, and returns whatever it answers.
 * @throws {Error} when the API answers what its document doesn't know
 */
export async function ask(address: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', host = bankHost, headers = {}, body, undocumented } = question
  const content = body === undefined ? undefined : JSON.stringify(body)
  const start = () =>
    https.request({
      agent,
      method,
      path: address,
      host: door.host,
      port: door.port,
      servername: host,
      headers: { host, ...(content !== undefined && { 'content-type': 'application/json' }), ...headers },
    })
  const request = start()
  const answer = await answerTo(request, content).catch((error: unknown) => {
    // A kept connection may be closed while a request is on its way: browsers ask again then, too. A key makes it safe.
    const isSafe = method === 'GET' || 'idempotency-key' in headers
    if (isSafe && request.reusedSocket && isReset(error)) return answerTo(start(), content)
    throw error
  })
  if (!undocumented && host === bankHost) mustBeDocumented({ method, path: address, ...answer })
  return answer
}

const isReset = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ECONNRESET'

/** Asks the front door over plain HTTP. */
export async function askPlain(path: string, host = bankHost): Promise<Answer> {
  return answerTo(http.request({ path, host: door.host, port: HTTP_NODE_PORT, headers: { host } }))
}

async function answerTo(request: http.ClientRequest, content?: string): Promise<Answer> {
  request.end(content)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
}

/**
 * Shakes hands with the front door.
 * @returns the protocol that was agreed on
 * @throws what the handshake fails with
 */
export async function shakeHands(options: ConnectionOptions = {}): Promise<string | null> {
  const socket = tls.connect({
    host: door.host,
    port: door.port,
    servername: bankHost,
    ca: door.authority,
    ...options,
  })
  try {
    await once(socket, 'secureConnect')
    return socket.getProtocol()
  } finally {
    socket.destroy()
  }
}
