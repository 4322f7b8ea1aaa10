import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { transaction } from '../db/transaction.ts'
import { Refusal, type RefusalCode } from '../errors.ts'
import { isAccountNumber } from './account-number.ts'
import { book, lockAccounts, type Transfer } from './book.ts'

export interface TransferRequest {
  customerId: string
  idempotencyKey: string
  fromAccountId: string
  toAccountNumber: string
  amount: number
  reference: string
}

/** The answer to a transfer request, as it is kept with its idempotency key. */
export type TransferOutcome = { transfer: Transfer } | { refusal: { code: RefusalCode; message: string } }

export interface TransferAnswer {
  outcome: TransferOutcome
  /** Whether this is the first answer given again. */
  replayed: boolean
}

/**
 * Moves money in one transaction, once for each idempotency key: the outcome, a refusal too, is stored in
 * that same transaction and given again to the same request.
 * @throws {Refusal} account_number_invalid; idempotency_key_reused when the key came with another request.
 */
export async function transferMoney(pool: Pool, request: TransferRequest): Promise<TransferAnswer> {
  if (!isAccountNumber(request.toAccountNumber)) {
    throw new Refusal('account_number_invalid', 'The check digits of the account number are wrong')
  }
  const hash = requestHash(request)
  return transaction(pool, async (client) => {
    const earlier = await claimKey(client, request, hash)
    if (earlier) return { outcome: earlier, replayed: true }
    const outcome = await decide(client, request)
    await client.query('update idempotency_keys set outcome = $3 where customer_id = $1 and key = $2', [
      request.customerId,
      request.idempotencyKey,
      JSON.stringify(outcome),
    ])
    return { outcome, replayed: false }
  })
}

/** What makes two requests with one key the same request. */
export function requestHash(request: TransferRequest): Buffer {
  const { fromAccountId, toAccountNumber, amount, reference } = request
  const facts = JSON.stringify([fromAccountId.toLowerCase(), toAccountNumber, amount, reference])
  return createHash('sha256').update(facts).digest()
}

/**
 * Takes the key, or returns the outcome it stands for. A request with the same key that is under way makes
 * the insert wait until that one is decided.
 */
async function claimKey(
  client: PoolClient,
  { customerId, idempotencyKey }: TransferRequest,
  hash: Buffer,
): Promise<TransferOutcome | undefined> {
  const claimed = await client.query(
    `insert into idempotency_keys (customer_id, key, request_hash) values ($1, $2, $3)
     on conflict do nothing`,
    [customerId, idempotencyKey, hash],
  )
  if (claimed.rowCount === 1) return undefined
  const { rows } = await client.query<{ hash: Buffer; outcome: TransferOutcome }>(
    'select request_hash as hash, outcome from idempotency_keys where customer_id = $1 and key = $2',
    [customerId, idempotencyKey],
  )
  const earlier = rows[0]
  if (!earlier?.hash.equals(hash)) {
    throw new Refusal('idempotency_key_reused', 'This Idempotency-Key belongs to a different request')
  }
  return earlier.outcome
}

async function decide(client: PoolClient, request: TransferRequest): Promise<TransferOutcome> {
  const { customerId, fromAccountId, toAccountNumber, amount, reference } = request
  const locked = await lockAccounts(client, { ids: [fromAccountId], numbers: [toAccountNumber] })
  const from = locked.find(({ id }) => id === fromAccountId.toLowerCase())
  const to = locked.find(({ number }) => number === toAccountNumber)
  if (!from || from.customerId !== customerId) {
    return refused('unknown_account', 'The account to pay from is not one of yours')
  }
  if (!to) return refused('unknown_account', 'There is no account with this number')
  if (from.id === to.id) return refused('same_account', 'An account cannot pay itself')
  if (from.currency !== to.currency) {
    return refused('currency_mismatch', `The account to be paid is not kept in ${from.currency}`)
  }
  if (from.balance < amount && !from.allowsOverdraft) {
    return refused('insufficient_funds', 'The balance does not cover this amount')
  }
  return { transfer: await book(client, { from, to, amount, reference }) }
}

function refused(code: RefusalCode, message: string): TransferOutcome {
  return { refusal: { code, message } }
}
