import { once } from 'node:events'
import http, { type IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import tls, { type ConnectionOptions } from 'node:tls'
import { text } from 'node:stream/consumers'
import { mustBeDocumented } from '../../scripts/lib/openapi/document.ts'
import { readSecret } from '../../scripts/lib/secrets.ts'
import { names } from '../../scripts/lib/settings.ts'
import { bankAddress } from '../../scripts/lib/stack.ts'

/** The bank's public origin, as a browser on this machine knows it. */
export const origin = await bankAddress()

/** The bank's host name. */
export const bankHost = new URL(origin).hostname

/** The local certificate authority; nothing here connects without checking against it. */
const authority = (await readSecret('local-ca'))['ca.crt']

const httpsPort = 30443
const httpPort = 30080
const agent = new https.Agent({ keepAlive: true, maxSockets: 64, ca: authority })

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
  const request = https.request({
    agent,
    method,
    path: address,
    host: names.node,
    port: httpsPort,
    servername: host,
    headers: { host, ...(content !== undefined && { 'content-type': 'application/json' }), ...headers },
  })
  const answer = await answerTo(request, content)
  if (!undocumented && host === bankHost) mustBeDocumented({ method, path: address, ...answer })
  return answer
}

/** Asks the front door over plain HTTP. */
export async function askPlain(path: string, host = bankHost): Promise<Answer> {
  return answerTo(http.request({ path, host: names.node, port: httpPort, headers: { host } }))
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
    host: names.node,
    port: httpsPort,
    servername: bankHost,
    ca: authority,
    ...options,
  })
  try {
    await once(socket, 'secureConnect')
    return socket.getProtocol()
  } finally {
    socket.destroy()
  }
}
