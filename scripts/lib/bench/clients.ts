import { randomBytes } from 'node:crypto'
import { withCheckDigits } from '../../../services/api/src/ledger/account-number.ts'
import { BANK_ACCOUNT_ID, CURRENCY } from '../../../services/api/src/ledger/bank.ts'
import { hashPasswordWithSalt } from '../../../services/api/src/sessions/password.ts'
import {
  customerSessionsKey,
  newSessionId,
  sessionHash,
  sessionKey,
} from '../../../services/api/src/sessions/session-key.ts'
import { runPsql } from '../database.ts'
import { runRedis } from '../redis.ts'
import { randomPassword } from '../secrets.ts'
import { sessionOf } from '../seed/sessions.ts'

/** How many accounts pay each other, each with a customer of its own. */
export const CLIENTS = 1_000
/** The first eight digits of the first account number: the bank's own range, which is nobody else's. */
export const FIRST_NUMBER = 10_000

/** Ids and numbers follow from the position, so that pgbench can compute them too. */
export const CUSTOMER_PREFIX = '0be00000-0000-4000-8000-'
export const ACCOUNT_PREFIX = '0be00000-0000-4000-9000-'
const FUNDS = 1_000_000_000

const twelve = (position: number) => String(position).padStart(12, '0')
export const customerId = (position: number) => CUSTOMER_PREFIX + twelve(position)
export const accountId = (position: number) => ACCOUNT_PREFIX + twelve(position)
export const accountNumber = (position: number) =>
  withCheckDigits(String(FIRST_NUMBER + position).padStart(8, '0'))

/**
 * A psql script that gives each position a customer with a funded account, unless it has them, booked as the api
 * books. Nobody knows the password.
 */
export function clientsScript(positions: readonly number[], passwordHash: string): string {
  const facts = positions.map((position) => `(${position}, '${accountNumber(position)}')`)
  return `begin;
set role dwaybank_owner;
do $$
declare
  client record;
  parties record;
begin
  for client in
    select position, number, ('${CUSTOMER_PREFIX}' || lpad(position::text, 12, '0'))::uuid as customer,
      ('${ACCOUNT_PREFIX}' || lpad(position::text, 12, '0'))::uuid as account
    from (values ${facts.join(', ')}) clients (position, number)
    where not exists (select from accounts where accounts.number = clients.number)
    order by position
  loop
    insert into customers (id, email, name, password_hash)
      values (client.customer, format('bench.%s@dwaybank.example', client.position),
        format('Bench Client %s', client.position), '${passwordHash}');
    insert into accounts (id, customer_id, number, name, currency)
      values (client.account, client.customer, client.number, 'Bench', '${CURRENCY}');
    parties := lock_accounts('${BANK_ACCOUNT_ID}', client.number);
    perform book_transfer(parties.payer, parties.payee, ${FUNDS}, 'Funds of the benchmark', null);
  end loop;
end $$;
commit;
analyze customers, accounts;
`
}

/** Somebody whose browser holds a session and who has one account. */
export interface Client {
  customerId: string
  accountId: string
  number: string
  sessionId: string
}

/** The hash of a password that nobody knows. */
export const unknownPasswordHash = () => hashPasswordWithSalt(randomPassword(), randomBytes(16))

/**
 * Makes the customers and accounts at these positions that are missing.
 * @param database the bank's unless told otherwise
 */
export async function ensureAccounts(positions: readonly number[], database?: string): Promise<void> {
  const script = clientsScript(positions, unknownPasswordHash())
  await runPsql("the benchmark's accounts were not made", script, database)
}

/** Logs in the customers at these positions, by writing their sessions: logins are limited, and cost on purpose. */
export async function openSessions(positions: readonly number[]): Promise<Client[]> {
  const now = new Date()
  const clients = positions.map((position) => ({
    customerId: customerId(position),
    accountId: accountId(position),
    number: accountNumber(position),
    sessionId: newSessionId(),
  }))
  const commands = clients.flatMap((client) =>
    sessionOf(client.customerId, sessionHash(client.sessionId), now),
  )
  await runRedis("the benchmark's sessions were not written", commands)
  return clients
}

/** Ends the sessions that `openSessions` wrote. */
export async function closeSessions(clients: readonly Client[]): Promise<void> {
  const commands = clients.map(
    ({ customerId, sessionId }) =>
      `DEL ${sessionKey(sessionHash(sessionId))} ${customerSessionsKey(customerId)}`,
  )
  if (commands.length > 0) await runRedis("the benchmark's sessions were not ended", commands)
}
