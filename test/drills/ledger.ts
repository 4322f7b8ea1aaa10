import { runPsql } from '../../scripts/lib/database.ts'
import { BANK_ACCOUNT_ID } from '../../services/api/src/ledger/bank.ts'
import type { Drill } from './drill.ts'

/** Changes the bank's own balance as no code of the bank can. */
const add = (amount: number) =>
  runPsql(
    'the balance was not changed',
    `begin;
set local session_replication_role = replica;
update accounts set balance = balance + (${amount}) where id = '${BANK_ACCOUNT_ID}';
commit;`,
  )

export const missingCent: Drill = {
  title: 'a cent that is in no posting',
  alerts: [{ alert: 'LedgerDoesNotBalance' }],
  plant: async () => {
    await add(-1)
    return () => add(1)
  },
}
