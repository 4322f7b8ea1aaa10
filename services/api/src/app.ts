import cookie from '@fastify/cookie'
import { TypeBoxValidatorCompiler, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyHttpOptions, type RawServerDefault } from 'fastify'
import { accountRoutes } from './routes/accounts.ts'
import { customerRoutes } from './routes/customers.ts'
import { answerFailure, answerNotFound } from './routes/failures.ts'
import { operationRoutes } from './routes/operations.ts'
import { checkOrigin } from './routes/origin.ts'
import { profileRoutes } from './routes/profile.ts'
import { requestId } from './routes/request-id.ts'
import { securityEventRoutes } from './routes/security-events.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { transferRoutes } from './routes/transfers.ts'
import type { Api, Services } from './routes/types.ts'

const BODY_LIMIT_BYTES = 16 * 1024
const REQUEST_TIMEOUT_MS = 10_000

/** Makes the bare server: limits, ids and the log, but no route yet. */
export function createServer(logger: NonNullable<FastifyHttpOptions<RawServerDefault>['logger']>): Api {
  const options: FastifyHttpOptions<RawServerDefault> = {
    logger,
    genReqId: requestId,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A request that arrived on an open connection before the end of the drain is served like any other.
    return503OnClosing: false,
    // The proxy is the only way in: the last address it forwards is the client's.
    trustProxy: (_address, hop) => hop === 0,
  }
  return fastify(options)
    .setValidatorCompiler(TypeBoxValidatorCompiler)
    .withTypeProvider<TypeBoxTypeProvider>()
}

/** Adds everything the API does to a bare server. */
export async function addRoutes(api: Api, services: Services): Promise<Api> {
  // JSON alone: a page elsewhere can't send that without asking first.
  api.removeContentTypeParser('text/plain')
  await api.register(cookie)
  api.decorateRequest('customerId', '')
  api.decorateRequest('session', undefined)
  api.setErrorHandler(answerFailure)
  api.setNotFoundHandler(answerNotFound)
  api.addHook('onRequest', checkOrigin(services.config.publicOrigins))
  addHeaders(api, services)
  countRequests(api, services)
  operationRoutes(api, services)
  customerRoutes(api, services)
  profileRoutes(api, services)
  sessionRoutes(api, services)
  securityEventRoutes(api, services)
  accountRoutes(api, services)
  transferRoutes(api, services)
  return api
}

function addHeaders(api: Api, { readiness }: Services): void {
  api.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store')
    // A kept-alive connection would bring requests to a process that is about to go.
    if (readiness.draining()) void reply.header('connection', 'close')
  })
}

function countRequests(api: Api, { metrics }: Services): void {
  api.addHook('onResponse', async (request, reply) => {
    metrics.observeRequest({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    })
  })
}
