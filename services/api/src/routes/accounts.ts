import { Type } from 'typebox'
import { Account, Day, EntryPage, Limit, Line, Uuid } from './schemas.ts'
import { requireSession } from './session.ts'
import type { Api, Services } from './types.ts'

export const DEFAULT_PAGE = 50

const NewAccount = Type.Object({ name: Line(60) }, { title: 'NewAccount', additionalProperties: false })
const AccountBody = Type.Object({ account: Account })
const AccountId = Type.Object({ id: Uuid }, { additionalProperties: false })

const amount = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description }))

/** A page of the entries of an account. */
export const EntriesWanted = Type.Object(
  {
    limit: Limit,
    cursor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'nextCursor of the page before, of the same account with the same filter',
      }),
    ),
    q: Type.Optional(
      Line(140, {
        description:
          'Is part of the reference, or of the name or number of the other side; case does not matter',
      }),
    ),
    from: Type.Optional(Day('The first day, in UTC')),
    to: Type.Optional(Day('The last day, in UTC; it is part of the period')),
    minAmount: amount('The least amount, in minor units without sign'),
    maxAmount: amount('The largest amount, in minor units without sign'),
    direction: Type.Optional(Type.Enum(['in', 'out'])),
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
        response: { 201: AccountBody },
        refusals: ['account_limit'],
      },
      preHandler,
    },
    async (request, reply) => {
      const account = await ledger.openAccount(request.customerId, request.body.name)
      return reply.code(201).send({ account })
    },
  )

  api.get(
    '/api/accounts/:id',
    {
      schema: {
        operationId: 'getAccount',
        summary: 'One of your accounts',
        tags: ['accounts'],
        params: AccountId,
        response: { 200: AccountBody },
        refusals: ['not_found'],
      },
      preHandler,
    },
    async (request) => ({ account: await ledger.findAccount(request.customerId, request.params.id) }),
  )

  api.get(
    '/api/accounts/:id/entries',
    {
      schema: {
        operationId: 'listEntries',
        summary: 'What was booked on an account, newest first',
        description:
          'A search by anything but days answers after about a second: then a page holds fewer entries than asked ' +
          'for, or none, and has a nextCursor nevertheless. searchedTo says how far it came.',
        tags: ['accounts'],
        params: AccountId,
        querystring: EntriesWanted,
        response: { 200: EntryPage },
        refusals: ['not_found'],
      },
      preHandler,
    },
    async (request) => {
      const { limit = DEFAULT_PAGE, cursor, ...filter } = request.query
      const { customerId, params } = request
      return ledger.listEntries({ customerId, accountId: params.id, limit, cursor, filter })
    },
  )
}
