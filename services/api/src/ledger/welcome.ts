import type { PoolClient } from 'pg'
import { BANK_ACCOUNT_ID, WELCOME_CREDIT } from './bank.ts'
import type { TransferOutcome } from './transfers.ts'

/**
 * Books the welcome credit of a new account.
 * @throws {Error} when it can't be booked, which says that the bank's own account is missing or at its limit.
 */
export async function bookWelcomeCredit(client: PoolClient, accountNumber: string): Promise<void> {
  const { rows } = await client.query<{ outcome: TransferOutcome }>({
    name: 'book_welcome_credit',
    text: `select coalesce(decide(null, payer, payee, $3), book_transfer(payer, payee, $3, $4, null)) as outcome
      from lock_accounts($1, $2)`,
    values: [BANK_ACCOUNT_ID, accountNumber, WELCOME_CREDIT, 'Welcome to DwayBank'],
  })
  const outcome = rows[0]?.outcome
  if (!outcome || 'refusal' in outcome) {
    throw new Error(`The welcome credit can't be booked: ${outcome?.refusal.code ?? 'no outcome'}`)
  }
}
