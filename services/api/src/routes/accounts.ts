import { Type } from 'typebox'
import { Account, EntryPage, Line, Uuid } from './schemas.ts'
import { requireSession } from './session.ts'
import type { Api, Services } from './types.ts'

const DEFAULT_PAGE = 50

const NewAccount = Type.Object({ name: Line(60) }, { title: 'NewAccount', additionalProperties: false })
const Page = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
)

/** Lists and opens accounts, and lists what was booked on one. */
export function accountRoutes(api: Api, services: Services): void {
  const { ledger } = services
  const preHandler = requireSession(services)

  api.get(
    '/api/accounts',
    {
      schema: {
        operationId: 'listAccounts',
        summary: 'List your accounts',
        tags: ['accounts'],
        response: { 200: Type.Object({ accounts: Type.Array(Account) }) },
      },
      preHandler,
    },
    async (request) => ({ accounts: await ledger.listAccounts(request.customerId) }),
  )

  api.post(
    '/api/accounts',
    {
      schema: {
        operationId: 'openAccount',
        summary: 'Open another account',
        tags: ['accounts'],
        body: NewAccount,
        response: { 201: Type.Object({ account: Account }) },
      },
      preHandler,
    },
    async (request, reply) => {
      const account = await ledger.openAccount(request.customerId, request.body.name)
      return reply.code(201).send({ account })
    },
  )

  api.get(
    '/api/accounts/:id/entries',
    {
      schema: {
        operationId: 'listEntries',
        summary: 'List what was booked on an account, newest first',
        tags: ['accounts'],
        params: Type.Object({ id: Uuid }, { additionalProperties: false }),
        querystring: Page,
        response: { 200: EntryPage },
        refusals: ['not_found'],
      },
      preHandler,
    },
    async (request) =>
      ledger.listEntries({
        customerId: request.customerId,
        accountId: request.params.id,
        limit: request.query.limit ?? DEFAULT_PAGE,
        cursor: request.query.cursor,
      }),
  )
}
