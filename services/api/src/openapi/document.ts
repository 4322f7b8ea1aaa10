import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema, RouteOptions } from 'fastify'
import { Type } from 'typebox'
import type { ProblemCode } from '../errors.ts'
import { refusalsOf } from '../routes/refusing-hooks.ts'
import { Problem } from '../routes/schemas.ts'
import type { Api } from '../routes/types.ts'
import { SESSION_COOKIE } from '../sessions/cookie.ts'
import { nameSchemas } from './named-schemas.ts'
import { problemResponses, replayedHeader, requestIdHeader, responsesFor } from './problem-responses.ts'

/** Any request can meet these, whatever it asks for. */
const ANYWHERE: readonly ProblemCode[] = [
  'invalid_request',
  'request_timeout',
  'address_too_long',
  'too_many_requests',
  'headers_too_large',
  'internal',
  'unavailable',
]
/** What changes something can meet these too. */
const WITH_EFFECT: readonly ProblemCode[] = ['origin_not_allowed', 'too_large', 'unsupported_media_type']

const OPENAPI = {
  openapi: '3.1.1' as const,
  info: {
    title: 'DwayBank API',
    version: '1',
    description:
      'Amounts are integers of minor units. Errors are problem documents (RFC 9457), and their types explain ' +
      'themselves at their addresses. Everything that moves money takes an Idempotency-Key: the same request with ' +
      'the same key is done once and answered the same. Log in by POST /api/login and send back the cookie that it ' +
      'sets; a program sends no Origin.',
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'customers', description: 'Who somebody is' },
    { name: 'sessions', description: 'Logging in and out' },
    { name: 'accounts', description: 'What somebody has' },
    { name: 'transfers', description: 'Moving money' },
    { name: 'operators', description: 'What only operators of the bank may do' },
    { name: 'reference', description: 'What this API is, and its problems' },
  ],
  components: {
    securitySchemes: {
      cookieAuth: { type: 'apiKey' as const, in: 'cookie' as const, name: SESSION_COOKIE },
    },
    headers: {
      RequestId: {
        description: 'The id under which the logs of the proxy and the api know the request.',
        required: true,
        schema: { type: 'string' as const, pattern: '^[A-Za-z0-9_.-]{8,64}$' },
      },
      RetryAfter: {
        description: 'Seconds until it is worth asking again.',
        required: true,
        schema: { type: 'integer' as const, minimum: 0 },
      },
      IdempotentReplayed: {
        description: 'There when this is an earlier answer given again.',
        schema: { type: 'string' as const, enum: ['true'] },
      },
    },
  },
}

interface Operation {
  parameters?: { in: string; name: string; description?: string }[]
  responses: Record<string, { description?: string; headers?: object }>
  'x-problems'?: ProblemCode[]
  'x-refusals'?: string[]
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown>; responses?: object }
}

/** Has a server take note of its routes for the API document; call it before they are added. */
export async function describeRoutes(api: Api): Promise<void> {
  await api.register(swagger, {
    openapi: OPENAPI,
    transform: ({ schema, url, route }) => ({ schema: withProblems(schema, route), url }),
    transformObject: (found) => ('openapiObject' in found ? finish(found.openapiObject as Document) : {}),
  })
}

/** Serves the document, for programs and as pages for people, which ask nobody but this server. */
export async function documentRoutes(api: Api): Promise<void> {
  await api.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { layout: 'BaseLayout', validatorUrl: null, supportedSubmitMethods: [] },
  })
  api.get(
    '/api/openapi.json',
    {
      schema: {
        operationId: 'readApiDocument',
        summary: 'Read this document',
        tags: ['reference'],
        response: { 200: Type.Object({ openapi: Type.String() }, { additionalProperties: true }) },
      },
    },
    async () => api.swagger() as { openapi: string },
  )
}

/** The route's schema, with what it may refuse by its hooks, its method and itself. */
function withProblems(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const { refusals = [], ...rest } = schema ?? {}
  const hooked = refusalsOf(route.preHandler)
  const safe = [route.method].flat().every((method) => method === 'GET' || method === 'HEAD')
  const problems = [...ANYWHERE, ...(safe ? [] : WITH_EFFECT), ...hooked, ...refusals]
  return {
    ...rest,
    ...(hooked.includes('unauthenticated') && { security: [{ cookieAuth: [] }] }),
    'x-problems': problems,
    'x-refusals': refusals,
  } as FastifySchema
}

function finish(document: Document): object {
  const schemas: Record<string, unknown> = {}
  nameSchemas(Problem, schemas)
  const operations = Object.entries(document.paths).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const paths = operations.map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [method, finishOperation(operation)]),
    ),
  ])
  const named = nameSchemas(Object.fromEntries(paths), schemas)
  return {
    ...document,
    paths: named,
    components: { ...document.components, schemas, responses: problemResponses },
  }
}

function finishOperation({
  'x-problems': problems = [],
  'x-refusals': own = [],
  ...operation
}: Operation): object {
  const key = operation.parameters?.find(({ name }) => name === 'idempotency-key')
  if (key) {
    key.name = 'Idempotency-Key'
    key.description =
      'Chosen by the client, new for each request and the same when one is repeated; lives 24 hours.'
  }
  const replayed = key && replayedHeader
  const successes = Object.entries(operation.responses).map(([status, response]) => {
    const { description } = response
    return [
      status,
      {
        ...response,
        description: description === 'Default Response' ? (STATUS_CODES[status] ?? 'A problem') : description,
        headers: { ...response.headers, ...requestIdHeader, ...replayed },
      },
    ]
  })
  const responses = {
    ...Object.fromEntries(successes),
    ...responsesFor(problems, new Set(own), replayed),
  } as object
  return { ...operation, responses }
}
