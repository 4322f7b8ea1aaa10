import { runPsql } from '../database.ts'

// Until the ledger's own check can be asked: sums of transfers and accounts, over all the bank has.
const SUMS = `select 'transfer ' || transfer_id || ' does not sum to zero' from entries
  group by transfer_id having sum(amount) <> 0;
select 'account ' || number || ' states ' || balance || ', its entries sum to ' || coalesce(posted, 0)
  from accounts left join (select account_id, sum(amount) as posted from entries group by account_id) sums
    on account_id = accounts.id
  where balance <> coalesce(posted, 0);
`

/** What the ledger's check complains about. */
export async function ledgerProblems(): Promise<string[]> {
  return (await runPsql('the ledger was not checked', SUMS)).split('\n').filter(Boolean)
}
