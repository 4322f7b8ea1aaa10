import { useCallback } from 'react'
import { groupNumber } from '../account-number.ts'
import { type Account, type Entries, readAccounts, readEntries } from '../api/bank.ts'
import { ApiError } from '../api/client.ts'
import { Link } from '../navigation.tsx'
import { Alert, Loading } from '../parts/feedback.tsx'
import { Heading } from '../parts/heading.tsx'
import { Money } from '../parts/money.tsx'
import { useLoad } from '../use-load.ts'
import { EntryList } from './entry-list.tsx'

interface HistoryData {
  account: Account
  first: Entries
}

/** One account: its balance and its movements, newest first. */
export function History({ accountId }: { accountId: string }) {
  const load = useCallback((signal: AbortSignal) => readHistory(accountId, signal), [accountId])
  const [history, reload] = useLoad(load)
  const name = history.state === 'ready' ? history.data.account.name : 'Account'

  return (
    <>
      <p className="back">
        <Link to={{ view: 'accounts' }}>All accounts</Link>
      </p>
      <div className="page-head">
        <Heading title={name}>{name}</Heading>
        {history.state === 'ready' && (
          <div className="actions">
            <Link to={{ view: 'transfer', from: accountId }} className="button primary">
              New transfer
            </Link>
          </div>
        )}
      </div>
      {history.state === 'loading' && <Loading what="the history" rows={5} />}
      {history.state === 'failed' && <Alert onRetry={reload}>{history.message}</Alert>}
      {history.state === 'ready' && <Movements {...history.data} />}
    </>
  )
}

function Movements({ account, first }: HistoryData) {
  return (
    <>
      <section className="sum" aria-label="Balance">
        <p className="number">{groupNumber(account.number)}</p>
        <p className="sum-money">
          <Money minor={account.balance} currency={account.currency} />
        </p>
      </section>
      <EntryList account={account} first={first} />
    </>
  )
}

async function readHistory(accountId: string, signal: AbortSignal): Promise<HistoryData> {
  const [accounts, first] = await Promise.all([readAccounts(signal), readEntries(accountId, null, signal)])
  const account = accounts.find(({ id }) => id === accountId)
  if (!account) throw new ApiError(404, 'not_found', 'You have no such account.')
  return { account, first }
}
