import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import { retrying } from '../db/transaction.ts'
import { Refusal, type RefusalCode } from '../errors.ts'
import { isAccountNumber } from './account-number.ts'
import type { Lanes } from './lanes.ts'

/** Who wants to see a transfer; an operator's session sees all of them. */
export interface Viewer {
  customerId: string
  asOperator: boolean
}

export interface PlannedTransfer {
  customerId: string
  fromAccountId: string
  toAccountNumber: string
  amount: number
  reference: string
}

export interface TransferRequest extends PlannedTransfer {
  idempotencyKey: string
}

export interface Transfer {
  id: string
  amount: number
  currency: string
  reference: string
  createdAt: string
  from: { number: string }
  to: { number: string }
  /** The transfer that this one undoes. */
  reverses?: string
  /** The transfer that undid this one, as far as it is known. */
  reversedBy?: string
}

export interface Preview {
  from: { number: string; balanceAfter: number }
  to: { number: string; name: string; own: boolean }
  amount: number
  currency: string
  reference: string
}

interface Refused {
  refusal: { code: RefusalCode; message: string }
}

/** The answer to a transfer request, as it is kept with its idempotency key. */
export type TransferOutcome = { transfer: Transfer } | Refused

export interface TransferAnswer {
  outcome: TransferOutcome
  /** Whether this is the first answer given again. */
  replayed: boolean
}

/**
 * Moves money in one statement, once for each idempotency key: the outcome, a refusal too, is stored with what
 * was done and given again to the same request.
 * @throws {Refusal} account_number_invalid; {Unavailable} as `Lanes.run`.
 */
export async function transferMoney(
  pool: Pool,
  lanes: Lanes,
  request: TransferRequest,
  onRetry?: () => void,
): Promise<TransferAnswer> {
  checkAccountNumber(request)
  const { customerId, idempotencyKey, fromAccountId, toAccountNumber, amount, reference } = request
  const values = [
    ...[customerId, idempotencyKey, requestHash(request)],
    ...[fromAccountId, toAccountNumber, amount, reference],
  ]
  // Who pays comes first, so that requests never wait for each other's lane in a circle.
  const statement = {
    name: 'transfer_money',
    text: 'select outcome, replayed from transfer_money($1, $2, $3, $4, $5, $6, $7)',
    values,
  }
  return lanes.run([`from ${fromAccountId.toLowerCase()}`, `to ${toAccountNumber}`], () =>
    decideOnce(pool, statement, onRetry),
  )
}

/**
 * Says what `transferMoney` would do now, without doing it.
 * @throws {Refusal} the one that the transfer would be answered with.
 */
export async function previewTransfer(pool: Pool, planned: PlannedTransfer): Promise<Preview> {
  checkAccountNumber(planned)
  const { customerId, fromAccountId, toAccountNumber, amount, reference } = planned
  const { rows } = await withClient(pool, (client) =>
    client.query<{ outcome: { preview: Preview } | Refused }>({
      name: 'preview_transfer',
      text: 'select preview_transfer($1, $2, $3, $4, $5) as outcome',
      values: [customerId, fromAccountId, toAccountNumber, amount, reference],
    }),
  )
  const { outcome } = onlyRow(rows)
  if ('refusal' in outcome) throw new Refusal(outcome.refusal.code, outcome.refusal.message)
  return outcome.preview
}

/**
 * Finds a transfer as a party of it or an operator may see it.
 * @throws {Refusal} unknown_transfer.
 */
export async function findTransfer(
  pool: Pool,
  { customerId, asOperator }: Viewer,
  id: string,
): Promise<Transfer> {
  const { rows } = await withClient(pool, (client) =>
    client.query<{ transfer: Transfer }>({
      name: 'find_transfer',
      text: `select describe_transfer(transfers, payer.number, payee.number) || jsonb_strip_nulls(
          jsonb_build_object('reversedBy', (select id from transfers later where later.reverses = transfers.id))
        ) as transfer
        from transfers
        join accounts payer on payer.id = transfers.from_account_id
        join accounts payee on payee.id = transfers.to_account_id
        where transfers.id = $1 and ($2 in (payer.customer_id, payee.customer_id)
          or $3 and exists (select from customers where id = $2 and role = 'operator'))`,
      values: [id, customerId, asOperator],
    }),
  )
  if (!rows[0]) throw new Refusal('unknown_transfer', 'There is no such transfer')
  return rows[0].transfer
}

/** What makes two requests with one key the same request; a reversal's hash has other facts. */
export function requestHash(request: TransferRequest): Buffer {
  const { fromAccountId, toAccountNumber, amount, reference } = request
  return hashOf([fromAccountId.toLowerCase(), toAccountNumber, amount, reference])
}

/** The hash of a request's facts, as it is kept with an idempotency key. */
export function hashOf(facts: readonly (string | number)[]): Buffer {
  return createHash('sha256').update(JSON.stringify(facts)).digest()
}

/** Runs a statement that answers a request with an idempotency key, again after a serialization failure. */
export async function decideOnce(
  pool: Pool,
  statement: { name: string; text: string; values: unknown[] },
  onRetry?: () => void,
): Promise<TransferAnswer> {
  const { rows } = await retrying(
    () => withClient(pool, (client) => client.query<TransferAnswer>(statement)),
    { onRetry },
  )
  return onlyRow(rows)
}

function checkAccountNumber({ toAccountNumber }: PlannedTransfer): void {
  if (isAccountNumber(toAccountNumber)) return
  throw new Refusal('account_number_invalid', 'The check digits of the account number are wrong')
}

function onlyRow<Row>([row]: Row[]): Row {
  if (!row) throw new Error('The database gave no answer')
  return row
}
