import { Type } from 'typebox'
import { SHOWN_KINDS } from '../security/events.ts'
import { requireSession } from './session.ts'
import type { Api, Services } from './types.ts'

const DEFAULT_PAGE = 50

const Page = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
)

const SecurityEvent = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum([...SHOWN_KINDS]),
    detail: Type.String(),
    address: Type.String(),
    device: Type.String(),
    requestId: Type.String(),
    createdAt: Type.String(),
  },
  { title: 'SecurityEvent' },
)

/** Lists what happened to a customer's access. */
export function securityEventRoutes(api: Api, services: Services): void {
  const { security } = services

  api.get(
    '/api/security-events',
    {
      schema: {
        operationId: 'listSecurityEvents',
        summary: 'What happened to the access of the customer who asks, newest first',
        tags: ['sessions'],
        querystring: Page,
        response: {
          200: Type.Object({
            events: Type.Array(SecurityEvent),
            nextCursor: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
      preHandler: requireSession(services),
    },
    async (request) =>
      security.listEvents({
        customerId: request.customerId,
        limit: request.query.limit ?? DEFAULT_PAGE,
        cursor: request.query.cursor,
      }),
  )
}
