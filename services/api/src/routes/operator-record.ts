import type { FastifyRequest } from 'fastify'
import type { BookedTransfer } from '../ledger/transfer-search.ts'
import type { OperatorAction } from '../security/operator-actions.ts'
import { rememberFor } from '../security/said-lately.ts'
import { sourceOf } from './source.ts'
import type { Services } from './types.ts'

/** Reading on within this time is the same reading, whatever page it asks for; each pod keeps its own. */
const SAME_READING_MS = 600_000

type What = OperatorAction extends infer Action
  ? Action extends OperatorAction
    ? Omit<Action, 'operatorId' | 'source'>
    : never
  : never

/** Keeps that an operator did something, unless it was kept lately. */
export type KeepAction = (request: FastifyRequest, what: What) => Promise<void>

/** Makes what keeps, before an operator is told anything, whose books it is of or what was searched for. */
export function operatorRecord({ security }: Pick<Services, 'security'>): KeepAction {
  const lately = rememberFor(SAME_READING_MS)
  return async (request, what) => {
    const source = sourceOf(request)
    const key = [request.session?.publicId ?? source.requestId, ...Object.values(what)]
    await lately.once(key, () =>
      security.recordOperatorAction({ ...what, operatorId: request.customerId, source }),
    )
  }
}

/** Keeps that an operator is shown a transfer, which is a reading of each customer in it. */
export async function recordTransferRead(
  record: KeepAction,
  request: FastifyRequest,
  { id, from, to }: BookedTransfer,
): Promise<void> {
  for (const customerId of new Set([from.customerId, to.customerId]))
    if (customerId !== null) await record(request, { kind: 'customer_read', customerId, transferId: id })
}
