import type { Pool } from 'pg'
import type { RequestSource } from '../security/events.ts'
import type { Lanes } from './lanes.ts'
import { decideOnce, hashOf, type TransferAnswer } from './transfers.ts'

export interface ReversalRequest {
  operatorId: string
  idempotencyKey: string
  transferId: string
  reason: string
  /** Where it was asked for, for the trail. */
  source: RequestSource
}

/**
 * Moves the money of a transfer back by a new transfer, once for each transfer and each idempotency key.
 * @throws {Unavailable} as `Lanes.run`.
 */
export async function reverseTransfer(
  pool: Pool,
  lanes: Lanes,
  { operatorId, idempotencyKey, transferId, reason, source }: ReversalRequest,
  onRetry?: () => void,
): Promise<TransferAnswer> {
  const hash = hashOf(['reversal', transferId.toLowerCase(), reason])
  // Which accounts it locks isn't known yet: all reversals share a lane.
  const statement = {
    name: 'reverse_transfer_on_record',
    text: 'select outcome, replayed from reverse_transfer_on_record($1, $2, $3, $4, $5, $6, $7, $8)',
    values: [
      ...[operatorId, idempotencyKey, hash, transferId, reason],
      ...[source.address, source.device, source.requestId],
    ],
  }
  return lanes.run(['reversals'], () => decideOnce(pool, statement, onRetry))
}
