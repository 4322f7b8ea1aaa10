import { CURRENCY } from '../../../services/api/src/ledger/bank.ts'
import { runPsql } from '../database.ts'
import { accountId, accountNumber, CLIENTS, customerId } from './clients.ts'

/** The client who has the accounts below besides its own. */
export const HISTORIAN = CLIENTS

/** An account by its position, the one that it pays and is paid by, and how many entries each of them has. */
export interface LongAccount {
  position: number
  other: number
  entries: number
}

export const LONG: LongAccount = { position: CLIENTS + 1, other: CLIENTS + 2, entries: 1_000_000 }
export const SHORT: LongAccount = { position: CLIENTS + 3, other: CLIENTS + 4, entries: 1_000 }

/** For how many days until now there are entries, whatever their number. */
export const DAYS = 290

const AMOUNT = 100

/** PL/pgSQL that books one entry: on the account that is `side` of the pair, whose balance is a sign of the other's. */
function entry(side: 'payer' | 'payee'): string {
  const sign = side === 'payer' ? '-' : ''
  return `
      entry_id := nextval(ids);
      ${side}_hash := entry_hash(${side}_hash, entry_id, step, booked, pair.${side}, '${CURRENCY}', ${sign}paid,
        ${sign}balance, moment);
      insert into entries (id, transfer_id, account_id, currency, amount, balance_after, created_at, sequence, hash)
        values (entry_id, booked, pair.${side}, '${CURRENCY}', ${sign}paid, ${sign}balance, moment, step,
          ${side}_hash);`
}

/**
 * A psql script that makes those of the accounts that are missing. Each pair pays to and fro. It runs in one
 * transaction without triggers, which ask for every row, foreign keys included: the hash chain is made here, by the
 * ledger's own function.
 */
export function longAccountsScript(accounts: readonly LongAccount[]): string {
  const pairs = accounts.map(
    ({ position, other, entries }) =>
      `('${accountId(position)}'::uuid, '${accountNumber(position)}', '${accountId(other)}'::uuid,
        '${accountNumber(other)}', ${entries})`,
  )
  return `begin;
set local session_replication_role = replica;
do $$
declare
  pair record;
  ids constant regclass := pg_get_serial_sequence('entries', 'id');
  nothing constant bytea := decode(repeat('00', 32), 'hex');
  payer_hash bytea;
  payee_hash bytea;
  booked uuid;
  entry_id bigint;
  paid bigint;
  balance bigint;
  moment timestamptz;
begin
  for pair in
    select * from (values ${pairs.join(',\n      ')}) pairs (payer, payer_number, payee, payee_number, entries)
    where payer not in (select id from accounts)
  loop
    insert into accounts (id, customer_id, number, name, currency, allows_overdraft, created_at)
      select id, '${customerId(HISTORIAN)}', number, 'Bench history', '${CURRENCY}', true, now() - interval '${DAYS} days'
      from (values (pair.payer, pair.payer_number), (pair.payee, pair.payee_number)) both_sides (id, number);
    payer_hash := nothing;
    payee_hash := nothing;
    for step in 1 .. pair.entries loop
      booked := gen_random_uuid();
      moment := now() - (pair.entries - step) * (interval '${DAYS} days' / pair.entries);
      paid := case when step % 2 = 1 then ${AMOUNT} else -${AMOUNT} end;
      balance := case when step % 2 = 1 then ${AMOUNT} else 0 end;
      insert into transfers (id, from_account_id, to_account_id, amount, currency, reference, created_at)
        values (booked, case when paid > 0 then pair.payer else pair.payee end,
          case when paid > 0 then pair.payee else pair.payer end, ${AMOUNT}, '${CURRENCY}', 'Bench', moment);${entry('payer')}${entry('payee')}
    end loop;
  end loop;
end $$;
commit;
analyze accounts, transfers, entries;
`
}

/** Makes the long accounts that are missing; their customer must be there. */
export async function ensureLongAccounts(accounts: readonly LongAccount[]): Promise<void> {
  await runPsql("the benchmark's long accounts were not made", longAccountsScript(accounts))
}
