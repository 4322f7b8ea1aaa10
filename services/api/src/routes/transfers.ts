import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { Refusal } from '../errors.ts'
import type { Transfer, TransferAnswer } from '../ledger/transfers.ts'
import { type KeepAction, recordTransferRead } from './operator-record.ts'
import { AccountNumber, Line, PreviewBody, Remark, TransferBody, Uuid } from './schemas.ts'
import { requireOperator, requireSession } from './session.ts'
import { sourceOf } from './source.ts'
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

/** What the books may say to a transfer, and to its preview. */
const DECISIONS = [
  'account_number_invalid',
  'unknown_account',
  'same_account',
  'currency_mismatch',
  'insufficient_funds',
  'balance_limit',
] as const
/** What an Idempotency-Key may be refused for. */
const KEY = ['idempotency_key_reused', 'idempotency_key_in_progress'] as const

const NewReversal = Type.Object({ reason: Line(140) }, { title: 'NewReversal', additionalProperties: false })

const TransferId = Type.Object({ id: Uuid }, { additionalProperties: false })

const TransferHeaders = Type.Object({ 'idempotency-key': Type.String({ pattern: '^[!-~]{1,128}$' }) })

/** Moves money, forth and back; the same request with the same Idempotency-Key moves it once and answers the same. */
export function transferRoutes(api: Api, services: Services, record: KeepAction): void {
  const { ledger, metrics } = services

  api.post(
    '/api/transfers',
    {
      schema: {
        operationId: 'transferMoney',
        summary: 'Move money from an own account to any account of the bank',
        tags: ['transfers'],
        headers: TransferHeaders,
        body: NewTransfer,
        response: { 201: TransferBody },
        refusals: [...DECISIONS, ...KEY],
      },
      preHandler: requireSession(services),
    },
    async (request, reply) => {
      const answer = await counted(
        metrics,
        ledger.transfer({
          ...request.body,
          customerId: request.customerId,
          idempotencyKey: request.headers['idempotency-key'],
        }),
      )
      return reply.code(201).send({ transfer: transferOf(answer, reply) })
    },
  )

  api.post(
    '/api/transfers/preview',
    {
      schema: {
        operationId: 'previewTransfer',
        summary: 'Say what a transfer would do and who would be paid, without moving anything',
        tags: ['transfers'],
        body: NewTransfer,
        response: { 200: PreviewBody },
        refusals: DECISIONS,
      },
      preHandler: requireSession(services),
    },
    async ({ body, customerId }) => ({ preview: await ledger.previewTransfer({ ...body, customerId }) }),
  )

  api.post(
    '/api/transfers/:id/reversal',
    {
      schema: {
        operationId: 'reverseTransfer',
        summary: 'Move the money of a transfer back, as an operator of the bank',
        tags: ['transfers'],
        headers: TransferHeaders,
        params: TransferId,
        body: NewReversal,
        response: { 201: TransferBody },
        refusals: [
          'unknown_transfer',
          'not_reversible',
          'own_transfer',
          'already_reversed',
          'insufficient_funds',
          'balance_limit',
          ...KEY,
        ],
      },
      preHandler: requireOperator(services),
    },
    async (request, reply) => {
      const answer = await counted(
        metrics,
        ledger.reverseTransfer({
          operatorId: request.customerId,
          idempotencyKey: request.headers['idempotency-key'],
          transferId: request.params.id,
          reason: request.body.reason,
          source: sourceOf(request),
        }),
      )
      return reply.code(201).send({ transfer: transferOf(answer, reply) })
    },
  )

  api.get(
    '/api/transfers/:id',
    {
      schema: {
        operationId: 'findTransfer',
        summary: 'Show a transfer to who paid, who was paid, or an operator of the bank',
        tags: ['transfers'],
        params: TransferId,
        response: { 200: TransferBody },
        refusals: ['unknown_transfer'],
      },
      preHandler: requireSession(services),
    },
    async (request) => {
      const { customerId, session, params } = request
      const asOperator = session?.role === 'operator'
      const transfer = await ledger.findTransfer({ customerId, asOperator }, params.id)
      if (asOperator) {
        const booked = await ledger.findBookedTransfer(params.id)
        const isOwn = [booked.from.customerId, booked.to.customerId].includes(customerId)
        if (!isOwn) await recordTransferRead(record, request, booked)
      }
      return { transfer }
    },
  )
}

/** Counts how it was decided; a failure of ours is no decision. */
async function counted(
  { countTransfer }: Services['metrics'],
  decided: Promise<TransferAnswer>,
): Promise<TransferAnswer> {
  try {
    const answer = await decided
    if (answer.replayed) countTransfer('replayed')
    else countTransfer('refusal' in answer.outcome ? 'refused' : 'booked')
    return answer
  } catch (error) {
    if (error instanceof Refusal) countTransfer('refused')
    throw error
  }
}

/**
 * The transfer that was made, now or the first time.
 * @throws {Refusal} the one that was decided on, now or the first time.
 */
function transferOf({ outcome, replayed }: TransferAnswer, reply: FastifyReply): Transfer {
  if (replayed) void reply.header('Idempotent-Replayed', 'true')
  if ('refusal' in outcome) throw new Refusal(outcome.refusal.code, outcome.refusal.message)
  return outcome.transfer
}
