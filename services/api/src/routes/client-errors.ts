import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyInstance } from 'fastify'
import { describeClientError } from './failures.ts'
import { PROBLEM_TYPE, problemDocument } from './problem.ts'

/**
 * Answers what is no HTTP request, or none within the limits: there is no request object, only a socket. Where an answer
 * could be taken for another request's, the connection ends without one.
 */
export function answerClientError(this: FastifyInstance, error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const requestId = randomUUID()
  const document = problemDocument(describeClientError(error.code), requestId)
  this.log.info({ requestId, code: document.code, reason: error.code }, 'request refused')
  if (!socket.writable || answersAnother(socket)) {
    socket.destroy(error)
    return
  }
  socket.write(httpAnswer(document.status, requestId, JSON.stringify(document)))
  // Whoever asked may never end its side.
  socket.destroySoon()
}

/** Whether the socket's next answer has begun, or belongs to a request that came whole before the one at fault. */
function answersAnother(socket: Socket): boolean {
  // Node's own handler asks the same field; nothing public tells.
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: ServerResponse | null }
  return answer != null && (answer.headersSent || answer.req.complete)
}

function httpAnswer(status: number, requestId: string, body: string): string {
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
