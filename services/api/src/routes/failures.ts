import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal, STATUS, Unavailable } from '../errors.ts'
import { PROBLEM_TYPE, problemDocument, type Occurrence } from './problem.ts'
import { brokenRules, describeRule } from './validation.ts'

const RETRY_AFTER_SECONDS = 2
const LONGEST_ADDRESS = 2048

/** Turns whatever a route threw into an answer: refusals tell why, failures of ours only that there is one. */
export function answerFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const occurrence = describeFailure(error)
  if (STATUS[occurrence.code] >= 500) request.log.error({ err: error }, 'request failed')
  else request.log.info({ code: occurrence.code, reason: occurrence.detail }, 'request refused')
  answerProblem(occurrence, request, reply)
}

/** Makes the answer to a path that doesn't exist, or that takes other methods than the one it was asked with. */
export function answerNotFound(methodsOf: (path: string) => readonly string[]) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const methods = methodsOf(request.url.replace(/\?.*/, ''))
    if (methods.length === 0) return answerProblem(NOT_FOUND, request, reply)
    void reply.header('allow', methods.join(', '))
    answerProblem(
      { code: 'method_not_allowed', detail: `This address takes ${methods.join(', ')}` },
      request,
      reply,
    )
  }
}

/** A hook that refuses addresses, with their query, beyond what any route could need. */
export async function refuseLongAddress(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (request.url.length <= LONGEST_ADDRESS) return undefined
  answerProblem(TOO_LONG, request, reply)
  return reply
}

/** Answers with a problem document. */
export function answerProblem(occurrence: Occurrence, request: FastifyRequest, reply: FastifyReply): void {
  const document = problemDocument(occurrence, request.id)
  const { retryAfter } = occurrence
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter))
  // As text: what is left out of a route's schema mustn't be left out of its problems.
  void reply.code(document.status).type(PROBLEM_TYPE).serializer(String).send(JSON.stringify(document))
}

function describeFailure(error: FastifyError): Occurrence {
  if (error instanceof Refusal) {
    return { code: error.code, detail: error.message, retryAfter: error.retryAfterSeconds }
  }
  if (error instanceof Unavailable || error.code === 'FST_ERR_HANDLER_TIMEOUT') {
    const detail = 'The bank is not available at the moment, try again'
    return { code: 'unavailable', detail, retryAfter: RETRY_AFTER_SECONDS }
  }
  if (error.validation) {
    const errors = brokenRules(error)
    return { code: 'invalid_request', detail: describeRule(errors), errors }
  }
  return OF_STATUS[error.statusCode ?? 500] ?? (isRefused(error) ? MALFORMED : FAILED)
}

const isRefused = ({ statusCode = 500 }: FastifyError) => statusCode >= 400 && statusCode < 500

/** Fastify's own sentences may repeat what was sent. */
const MALFORMED: Occurrence = { code: 'invalid_request', detail: 'The request cannot be read' }
const FAILED: Occurrence = { code: 'internal', detail: 'Something went wrong on our side' }

const NOT_FOUND: Occurrence = { code: 'not_found', detail: 'There is nothing at this address' }
const TOO_LONG: Occurrence = { code: 'address_too_long', detail: 'The address is too long' }

const OF_STATUS: Record<number, Occurrence> = {
  408: { code: 'request_timeout', detail: 'The request took too long to arrive' },
  413: { code: 'too_large', detail: 'The request is too large' },
  414: TOO_LONG,
  415: { code: 'unsupported_media_type', detail: 'Send application/json' },
  431: { code: 'headers_too_large', detail: 'The headers of the request are too large' },
}

/** What is wrong with a request that Node.js refused before Fastify saw it. */
export function describeClientError(code: string): Occurrence {
  const status = {
    HPE_HEADER_OVERFLOW: 431,
    HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
    ERR_HTTP_REQUEST_TIMEOUT: 408,
  }
  return OF_STATUS[status[code as keyof typeof status]] ?? MALFORMED
}
