import { BANK_ACCOUNT_ID } from '../../../services/api/src/ledger/bank.ts'
import { runPsql, type DatabasePod } from '../database.ts'
import { UserError } from '../errors.ts'
import type { BankAccount } from './people.ts'
import { digestCommands, parseDigests, wholeDigest } from './tables.ts'

/** What the database holds. */
export interface Contents {
  bank: BankAccount
  customers: number
  accounts: number
  transfers: number
  /** Whether nobody has ever used it. */
  empty: boolean
}

/**
 * Reads what the database holds.
 * @throws UserError if it cannot be reached or was not migrated
 */
export async function readContents(): Promise<Contents> {
  const output = await runPsql(
    'the database cannot be read',
    `select json_build_object(
       'bank', (select json_build_object('id', id, 'number', number, 'name', name) from accounts
         where id = '${BANK_ACCOUNT_ID}'),
       'customers', (select count(*) from customers),
       'accounts', (select count(*) from accounts where customer_id is not null),
       'transfers', (select count(*) from transfers),
       'empty', not exists (select from customers) and not exists (select from transfers)
         and not exists (select from accounts where id <> '${BANK_ACCOUNT_ID}'));\n`,
  )
  const contents = JSON.parse(output) as Contents | { bank: null }
  if (contents.bank === null)
    throw new UserError("the bank's own account is missing: run the migrations (./dway up)")
  return contents
}

/** The digest over all tables as they are now, in the live database unless told otherwise. */
export async function readDigest(where?: DatabasePod): Promise<string> {
  const what = 'the tables cannot be read'
  const output = await runPsql(
    what,
    `begin isolation level repeatable read;\nset local timezone to utc;\n${digestCommands()}`,
    undefined,
    where,
  )
  const digests = parseDigests(output)
  if (!digests) throw new UserError(`${what}: psql printed no digests`)
  return wholeDigest(digests)
}
