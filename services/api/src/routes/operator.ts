import { Type } from 'typebox'
import { Refusal } from '../errors.ts'
import { LEDGER_CHECKS } from '../ledger/audit-judge.ts'
import { DEFAULT_PAGE, EntriesWanted } from './accounts.ts'
import {
  Account,
  BookedTransfer,
  Customer,
  EntryPage,
  Limit,
  Line,
  TransferOrEntryId,
  Uuid,
} from './schemas.ts'
import { SHORTEST_WORD } from '../ledger/customer-search.ts'
import { type KeepAction, recordTransferRead } from './operator-record.ts'
import { requireOperator } from './session.ts'
import type { Api, Services } from './types.ts'

const Id = Type.Object({ id: Uuid }, { additionalProperties: false })

const CustomersWanted = Type.Object(
  {
    q: Line(100, {
      minLength: SHORTEST_WORD,
      description:
        'Beginnings of words of the name and the e-mail address, a whole account number, or a customer id. ' +
        'Single letters are left out.',
    }),
    limit: Limit,
    cursor: Type.Optional(Uuid),
  },
  { additionalProperties: false },
)

const TransfersWanted = Type.Object(
  {
    q: Line(140, { description: 'Is part of the reference; case does not matter' }),
    limit: Limit,
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
)

const LedgerCheck = Type.Object(
  {
    checkedAt: Type.String({ format: 'date-time' }),
    accounts: Type.Integer(),
    entries: Type.Integer(),
    transfers: Type.Integer(),
    checks: Type.Array(
      Type.Object(
        {
          name: Type.Enum([...LEDGER_CHECKS]),
          verdict: Type.Enum(['passed', 'failed', 'could_not_verify']),
          findings: Type.Integer({ description: 'How many there are; examples are the first.' }),
          examples: Type.Array(
            Type.Object(
              {
                account: Type.Optional(Type.String({ description: 'The number of the account' })),
                sequence: Type.Optional(Type.Integer({ description: 'Which entry of the account' })),
                transferId: Type.Optional(Type.String()),
                currency: Type.Optional(Type.String()),
              },
              { title: 'LedgerFinding' },
            ),
          ),
        },
        { title: 'LedgerCheckResult' },
      ),
    ),
  },
  { title: 'LedgerCheck' },
)

/** What only operators may ask: about any customer, any transfer, and the books as a whole. */
export function operatorRoutes(api: Api, services: Services, record: KeepAction): void {
  const { ledger } = services
  const preHandler = requireOperator(services)
  const tags = ['operators']

  api.get(
    '/api/operator/customers',
    {
      schema: {
        operationId: 'searchCustomers',
        summary: 'Find customers, in the order of their names; what was asked is kept',
        tags,
        querystring: CustomersWanted,
        response: {
          200: Type.Object({
            customers: Type.Array(Customer),
            nextCursor: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
      preHandler,
    },
    async (request) => {
      const { q, limit = DEFAULT_PAGE, cursor } = request.query
      await record(request, { kind: 'customers_searched', searched: q })
      return ledger.searchCustomers({ q, limit, after: cursor })
    },
  )

  api.get(
    '/api/operator/customers/:id',
    {
      schema: {
        operationId: 'readAnyCustomer',
        summary: 'A customer with their accounts; that it was asked is kept',
        tags,
        params: Id,
        response: { 200: Type.Object({ customer: Customer, accounts: Type.Array(Account) }) },
        refusals: ['not_found'],
      },
      preHandler,
    },
    async (request) => {
      const customer = await ledger.findCustomer(request.params.id)
      if (!customer) throw new Refusal('not_found', 'There is no such customer')
      await record(request, { kind: 'customer_read', customerId: customer.id })
      return { customer, accounts: await ledger.listAccounts(customer.id) }
    },
  )

  api.get(
    '/api/operator/accounts/:id/entries',
    {
      schema: {
        operationId: 'listEntriesOfAnyAccount',
        summary: "What was booked on a customer's account, newest first; that it was asked is kept",
        tags,
        params: Id,
        querystring: EntriesWanted,
        response: { 200: EntryPage },
        refusals: ['not_found'],
      },
      preHandler,
    },
    async (request) => {
      const { limit = DEFAULT_PAGE, cursor, ...filter } = request.query
      const accountId = request.params.id
      const customerId = await ledger.findAccountOwner(accountId)
      await record(request, { kind: 'customer_read', customerId })
      return ledger.listEntries({ customerId, accountId, limit, cursor, filter })
    },
  )

  api.get(
    '/api/operator/transfers',
    {
      schema: {
        operationId: 'searchTransfers',
        summary: 'Find transfers by a part of their reference, newest first; what was asked is kept',
        description:
          'Answers after about a second: then a page holds fewer transfers than asked for, or none, and has a ' +
          'nextCursor nevertheless. searchedTo says how far it came.',
        tags,
        querystring: TransfersWanted,
        response: {
          200: Type.Object({
            transfers: Type.Array(BookedTransfer),
            nextCursor: Type.Union([Type.String(), Type.Null()]),
            searchedTo: Type.Union([Type.String(), Type.Null()]),
          }),
        },
      },
      preHandler,
    },
    async (request) => {
      const { q, limit = DEFAULT_PAGE, cursor } = request.query
      await record(request, { kind: 'transfers_searched', searched: q })
      return ledger.searchTransfers({ q, limit, cursor })
    },
  )

  api.get(
    '/api/operator/transfers/:id',
    {
      schema: {
        operationId: 'findAnyTransfer',
        summary:
          'A transfer by its own id or that of one of its entries, with whose the accounts are; that it was asked is kept',
        tags,
        params: Type.Object({ id: TransferOrEntryId }, { additionalProperties: false }),
        response: { 200: Type.Object({ transfer: BookedTransfer }) },
        refusals: ['unknown_transfer'],
      },
      preHandler,
    },
    async (request) => {
      const transfer = await ledger.findBookedTransfer(request.params.id)
      await recordTransferRead(record, request, transfer)
      return { transfer }
    },
  )

  api.post(
    '/api/operator/ledger-check',
    {
      schema: {
        operationId: 'checkLedger',
        summary: 'Check the whole ledger, as far as ten seconds allow',
        description:
          'Reads all books in one snapshot: totals, postings, balances and hash chains. What took too long could ' +
          'not be verified, which is no pass: who runs the bank can check it without a limit. Another check under ' +
          'way is refused as unavailable.',
        tags,
        response: { 200: Type.Object({ check: LedgerCheck }) },
      },
      preHandler,
    },
    async () => ({ check: await ledger.check() }),
  )
}
