import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal, REFUSALS, Unavailable } from '../errors.ts'

const RETRY_AFTER_SECONDS = 2

interface Failure {
  status: number
  code: string
  message: string
}

/** Turns whatever a route threw into an answer: refusals tell why, failures of ours only that there is one. */
export function answerFailure(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const failure = describeFailure(error)
  if (failure.status >= 500) request.log.error({ err: error }, 'request failed')
  else request.log.info({ code: failure.code, reason: failure.message }, 'request refused')
  if (failure.status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS))
  void reply.code(failure.status).send({ error: { code: failure.code, message: failure.message } })
}

/** The answer to a path that doesn't exist. */
export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): void {
  void reply.code(404).send({ error: { code: 'not_found', message: 'There is nothing at this address' } })
}

function describeFailure(error: FastifyError): Failure {
  if (error instanceof Refusal) {
    return { status: REFUSALS[error.code], code: error.code, message: error.message }
  }
  if (error instanceof Unavailable) {
    return { status: 503, code: 'unavailable', message: 'The bank is not available at the moment, try again' }
  }
  if (error.validation) return { status: 400, code: 'invalid_request', message: describeValidation(error) }
  const status = error.statusCode ?? 500
  if (status === 413) return { status, code: 'too_large', message: 'The request is too large' }
  if (status === 415) return { status, code: 'unsupported_media_type', message: 'Send application/json' }
  if (status >= 400 && status < 500) return { status, code: 'invalid_request', message: error.message }
  return { status: 500, code: 'internal', message: 'Something went wrong on our side' }
}

/** Rules that a person understands better in other words. */
const RULES: Record<string, string> = {
  pattern: 'is not in the right form',
  boolean: 'is not a known field',
}

/** Names the field and the rule, never the value. */
function describeValidation({ validation = [], validationContext }: FastifyError): string {
  const problem = validation.find(({ keyword }) => keyword === 'required') ?? validation[0]
  const rule = RULES[problem?.keyword ?? ''] ?? problem?.message ?? 'is not valid'
  const field = (problem?.instancePath ?? '').slice(1).replaceAll('/', '.')
  return [validationContext ?? 'request', field, rule].filter((part) => part !== '').join(' ')
}
