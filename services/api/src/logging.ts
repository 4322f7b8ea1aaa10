import { LogController, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import type { Config } from './config.ts'

const SECRETS = [
  'password',
  'currentPassword',
  'newPassword',
  'passwordHash',
  'password_hash',
  'cookie',
  'set-cookie',
  'authorization',
  // No secret, but a customer's: an address that was mistyped may be anybody's, or a password in the wrong field.
  'email',
]

type LoggerOptions = Exclude<NonNullable<FastifyServerOptions['logger']>, boolean>

/** Where a secret may stand in what is logged. */
export const REDACTED_PATHS = [
  ...SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
  // PostgreSQL's detail of a violated constraint quotes the whole row.
  'err.detail',
]

/** One JSON object a line on stdout, secrets replaced, level by name. */
export function loggerOptions(level: Config['logLevel']): LoggerOptions {
  return {
    level,
    base: { service: 'api' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { req: describeRequest },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
  }
}

/** Without the query: what a customer searches for is nobody's business. */
function describeRequest({ method = '', url = '', host = '', ip = '', socket }: Partial<FastifyRequest>) {
  return {
    method,
    url: url.replace(/\?.*/s, ''),
    host,
    remoteAddress: ip,
    remotePort: socket?.remotePort ?? 0,
  }
}

/** Writes one line a request, when it is over: each is read by the node and by whoever collects logs. */
export class OneLineARequest extends LogController {
  override incomingRequest(request: FastifyRequest, { raw }: FastifyReply): void {
    const started = performance.now()
    raw.once('close', () => {
      if (raw.writableFinished) return
      request.log.info({ req: request, responseTime: performance.now() - started }, 'request broken off')
    })
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const facts = { req: request, res: reply, responseTime: reply.elapsedTime }
    if (error) request.log.error({ ...facts, err: error }, 'request errored')
    else request.log.info(facts, 'request completed')
  }
}
