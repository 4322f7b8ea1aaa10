import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import type { RequestSource } from './events.ts'

/** What an operator is about to be told. */
export type OperatorAction = { operatorId: string; source: RequestSource } & (
  | { kind: 'customer_read'; customerId: string; transferId?: string }
  | { kind: 'customers_searched' | 'transfers_searched'; searched: string }
)

/** Keeps who read a customer's books or searched for what, for the customer to ask about; a reversal is kept with itself. */
export async function recordOperatorAction(pool: Pool, action: OperatorAction): Promise<void> {
  const { address, device, requestId } = action.source
  const [customerId, transferId, searched] =
    action.kind === 'customer_read'
      ? [action.customerId, action.transferId ?? null, '']
      : [null, null, action.searched]
  await withClient(pool, (client) =>
    client.query(
      `insert into operator_actions (operator_id, kind, customer_id, transfer_id, searched, address, device, request_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [action.operatorId, action.kind, customerId, transferId, searched, address, device, requestId],
    ),
  )
}
