import { Type } from 'typebox'
import { Refusal } from '../errors.ts'
import { AccountNumber, Remark, TransferBody, Uuid } from './schemas.ts'
import { requireSession } from './session.ts'
import type { Api, Services } from './types.ts'

const NewTransfer = Type.Object(
  {
    fromAccountId: Uuid,
    toAccountNumber: AccountNumber,
    amount: Type.Integer({
      minimum: 1,
      maximum: 100_000_000_000,
      description: 'In minor units.',
      examples: [1250],
    }),
    reference: Remark(140),
  },
  { title: 'NewTransfer', additionalProperties: false },
)

const TransferHeaders = Type.Object({ 'idempotency-key': Type.String({ pattern: '^[!-~]{1,128}$' }) })

/** Moves money; the same request with the same Idempotency-Key moves it once and answers the same. */
export function transferRoutes(api: Api, services: Services): void {
  api.post(
    '/api/transfers',
    {
      schema: {
        operationId: 'sendMoney',
        summary: 'Move money, once for each Idempotency-Key',
        tags: ['transfers'],
        headers: TransferHeaders,
        body: NewTransfer,
        response: { 201: TransferBody },
        refusals: [
          'account_number_invalid',
          'unknown_account',
          'same_account',
          'currency_mismatch',
          'insufficient_funds',
          'idempotency_key_reused',
        ],
      },
      preHandler: requireSession(services),
    },
    async (request, reply) => {
      const { outcome, replayed } = await services.ledger.transfer({
        ...request.body,
        customerId: request.customerId,
        idempotencyKey: request.headers['idempotency-key'],
      })
      if (replayed) void reply.header('Idempotent-Replayed', 'true')
      if ('refusal' in outcome) throw new Refusal(outcome.refusal.code, outcome.refusal.message)
      return reply.code(201).send({ transfer: outcome.transfer })
    },
  )
}
