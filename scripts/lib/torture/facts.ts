import { runPsql } from '../database.ts'
import type { BookedAccount, BookedTransfer, Facts } from './check.ts'

type TransferLine = [
  id: string,
  reference: string,
  from: string,
  to: string,
  amount: number,
  EntryLine[] | null,
]
type EntryLine = [accountId: string, amount: number]

/** What the accounts have before the first transfer of a run. */
export interface Beginning {
  /** Balances by account. */
  balances: ReadonlyMap<string, number>
  /** The newest entry of all; those of the run have greater ids. */
  lastEntry: number
}

const list = (ids: Iterable<string>) => `'{${[...ids].join()}}'`

/** Reads what the accounts of a test have before the first transfer. */
export async function readBeginning(ids: readonly string[]): Promise<Beginning> {
  const script = `select json_build_object('lastEntry', (select coalesce(max(id), 0) from entries),
  'balances', (select json_object_agg(id, balance) from accounts where id = any(${list(ids)})));\n`
  const { lastEntry, balances } = JSON.parse(await runPsql('the beginning was not read', script)) as {
    lastEntry: number
    balances: Record<string, number>
  }
  return { lastEntry, balances: new Map(Object.entries(balances)) }
}

/** Reads what the database has of a test's accounts, in one moment. */
export async function readFacts({ balances, lastEntry }: Beginning, ledger: string[]): Promise<Facts> {
  const ids = list(balances.keys())
  const script = `begin isolation level repeatable read read only;
select json_build_object('id', id, 'number', number, 'balance', balance,
  'posted', (select coalesce(sum(amount), 0) from entries where account_id = accounts.id),
  'lowest', (select coalesce(min(balance_after), 0) from entries where account_id = accounts.id))
  from accounts where id = any(${ids});
select json_build_array(id, reference, from_account_id, to_account_id, amount,
  (select json_agg(json_build_array(account_id, amount)) from entries where transfer_id = transfers.id))
  from transfers where (from_account_id = any(${ids}) or to_account_id = any(${ids}))
  and not exists (select from entries where transfer_id = transfers.id and id <= ${lastEntry});
commit;
`
  const accounts: BookedAccount[] = []
  const transfers: BookedTransfer[] = []
  for (const line of (await runPsql('the database was not read', script)).split('\n')) {
    if (line.startsWith('{')) {
      const account = JSON.parse(line) as Omit<BookedAccount, 'start'>
      accounts.push({ ...account, start: balances.get(account.id) ?? 0 })
    } else if (line.startsWith('[')) transfers.push(transferOf(JSON.parse(line) as TransferLine))
  }
  return { accounts, transfers, ledger }
}

function transferOf([id, reference, from, to, amount, entries]: TransferLine): BookedTransfer {
  return {
    id,
    reference,
    fromAccountId: from,
    toAccountId: to,
    amount,
    entries: (entries ?? []).map(([accountId, posted]) => ({ accountId, amount: posted })),
  }
}
