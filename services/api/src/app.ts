import cookie from '@fastify/cookie'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, {
  type FastifyHttpOptions,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify'
import { readJsonAlone } from './json-body.ts'
import { OneLineARequest } from './logging.ts'
import { describeRoutes, documentRoutes } from './openapi/document.ts'
import { accountRoutes } from './routes/accounts.ts'
import { answerClientError } from './routes/client-errors.ts'
import { customerRoutes } from './routes/customers.ts'
import { answerFailure, answerNotFound, refuseLongAddress } from './routes/failures.ts'
import { watchMethods } from './routes/methods.ts'
import { operationRoutes } from './routes/operations.ts'
import { checkOrigin } from './routes/origin.ts'
import { operatorRecord } from './routes/operator-record.ts'
import { operatorRoutes } from './routes/operator.ts'
import { problemRoutes } from './routes/problem-pages.ts'
import { profileRoutes } from './routes/profile.ts'
import { requestId } from './routes/request-id.ts'
import { securityEventRoutes } from './routes/security-events.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { statementRoutes } from './routes/statements.ts'
import { transferRoutes } from './routes/transfers.ts'
import type { Api, Services } from './routes/types.ts'
import { validatorCompiler } from './routes/validator.ts'

const BODY_LIMIT_BYTES = 16 * 1024
/** All headers together, which limits their number too. */
const HEADER_LIMIT_BYTES = 16 * 1024
/** For a request to arrive whole. */
const REQUEST_TIMEOUT_MS = 10_000
/** Node looks that often whether a request is late. */
const LATENESS_CHECK_MS = 1000
/** For the answer, a statement's apart: less than the proxy waits and less than a drain takes. */
const HANDLER_TIMEOUT_MS = 12_000

/** Makes the bare server: limits, ids and the log, but no route yet. */
export function createServer(logger: NonNullable<FastifyHttpOptions<RawServerDefault>['logger']>): Api {
  const options: FastifyHttpOptions<RawServerDefault> = {
    logger,
    logController: new OneLineARequest({ requestIdLogLabel: 'requestId' }),
    genReqId: requestId,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    http: {
      maxHeaderSize: HEADER_LIMIT_BYTES,
      // Fastify sets it too late: Node would give headers more time than the request, and exchange the two.
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: LATENESS_CHECK_MS,
    },
    clientErrorHandler: answerClientError,
    // What the router itself refuses meets no hook.
    frameworkErrors: (error, request, reply) => {
      identify(request, reply)
      answerFailure(error, request, reply)
    },
    // A request that arrived on an open connection before the end of the drain is served like any other.
    return503OnClosing: false,
    // The proxy is the only way in: the last address it forwards is the client's.
    trustProxy: (_address, hop) => hop === 0,
  }
  return fastify(options).setValidatorCompiler(validatorCompiler).withTypeProvider<TypeBoxTypeProvider>()
}

/** Adds everything the API does to a bare server. */
export async function addRoutes(api: Api, services: Services): Promise<Api> {
  readJsonAlone(api)
  await api.register(cookie)
  await describeRoutes(api)
  api.decorateRequest('customerId', '')
  api.decorateRequest('session', undefined)
  api.setErrorHandler(answerFailure)
  const methodsOf = watchMethods(api)
  const notFound = answerNotFound(methodsOf)
  api.setNotFoundHandler(notFound)
  api.addHook('onRequest', refuseLongAddress)
  // Before a body is read that nobody wants.
  api.addHook('onRequest', async (request, reply) => {
    if (!request.is404 && !methodsOf.mistakesForId(request)) return undefined
    notFound(request, reply)
    return reply
  })
  api.addHook('onRequest', checkOrigin(services.config.publicOrigins))
  addHeaders(api, services)
  countRequests(api, services)
  operationRoutes(api, services)
  customerRoutes(api, services)
  profileRoutes(api, services)
  sessionRoutes(api, services)
  securityEventRoutes(api, services)
  accountRoutes(api, services)
  statementRoutes(api, services)
  // One memory of what operators read lately: both of these show transfers.
  const record = operatorRecord(services)
  transferRoutes(api, services, record)
  operatorRoutes(api, services, record)
  problemRoutes(api)
  await documentRoutes(api)
  return api
}

/** Says which request this answers. */
function identify(request: Pick<FastifyRequest, 'id'>, reply: Pick<FastifyReply, 'header'>): void {
  reply.header('x-request-id', request.id)
}

function addHeaders(api: Api, { readiness }: Services): void {
  api.addHook('onSend', async (request, reply) => {
    identify(request, reply)
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
    // A kept-alive connection would bring requests to a process that is about to go.
    if (readiness.draining()) void reply.header('connection', 'close')
  })
}

function countRequests(api: Api, { metrics }: Services): void {
  api.addHook('onResponse', async (request, reply) => {
    const { url: route = 'none', config } = request.routeOptions
    if (config.counted === false) return
    metrics.observeRequest({
      method: request.method,
      route,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    })
  })
}
