import { Type } from 'typebox'
import { Refusal } from '../errors.ts'
import { dropCookie, requireSession } from './session.ts'
import { sourceOf } from './source.ts'
import type { Api, Services } from './types.ts'

const SessionId = Type.String({ pattern: '^[0-9a-f]{16}$' })

const Session = Type.Object(
  {
    id: Type.String(),
    device: Type.String(),
    address: Type.String(),
    createdAt: Type.String(),
    lastUsedAt: Type.String(),
    /** Whether it is the one that asks. */
    current: Type.Boolean(),
  },
  { title: 'Session' },
)

/** Lists a customer's sessions and ends them: first in Redis, then the trail says so. */
export function sessionRoutes(api: Api, services: Services): void {
  const { sessions, security } = services
  const preHandler = requireSession(services)

  api.get(
    '/api/sessions',
    {
      schema: {
        operationId: 'listSessions',
        summary: 'The sessions of the customer who asks, the last used first',
        tags: ['sessions'],
        response: { 200: Type.Object({ sessions: Type.Array(Session) }) },
      },
      preHandler,
    },
    async (request) => {
      const found = await sessions.list(request.customerId)
      return {
        sessions: found.map(({ publicId, device, address, createdAt, lastUsedAt }) => ({
          ...{ id: publicId, device, address, createdAt, lastUsedAt },
          current: publicId === request.session?.publicId,
        })),
      }
    },
  )

  api.delete(
    '/api/sessions/:id',
    {
      schema: {
        operationId: 'revokeSession',
        summary: 'Ends one of the sessions of the customer who asks',
        tags: ['sessions'],
        params: Type.Object({ id: SessionId }, { additionalProperties: false }),
        response: { 204: Type.Null() },
        refusals: ['not_found'],
      },
      preHandler,
    },
    async (request, reply) => {
      const { customerId } = request
      const { id } = request.params
      if (!(await sessions.revoke(customerId, id))) throw new Refusal('not_found', 'There is no such session')
      if (id === request.session?.publicId) dropCookie(reply)
      await security.record({ customerId, kind: 'session_revoked', detail: id, source: sourceOf(request) })
      return reply.code(204).send(null)
    },
  )

  api.delete(
    '/api/sessions',
    {
      schema: {
        operationId: 'logOutEverywhere',
        summary: 'Ends every session of the customer who asks, this one too',
        tags: ['sessions'],
        response: { 204: Type.Null() },
      },
      preHandler,
    },
    async (request, reply) => {
      const { customerId } = request
      await sessions.closeAll(customerId)
      dropCookie(reply)
      await security.record({ customerId, kind: 'logout_everywhere', source: sourceOf(request) })
      return reply.code(204).send(null)
    },
  )
}
