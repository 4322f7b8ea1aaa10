import { type Account, readAccounts } from '../api/bank.ts'
import { groupNumber } from '../account-number.ts'
import { totals } from '../money.ts'
import { Link } from '../navigation.tsx'
import { Alert, Loading } from '../parts/feedback.tsx'
import { Heading } from '../parts/heading.tsx'
import { Money } from '../parts/money.tsx'
import { useLoad } from '../use-load.ts'

/** All accounts of the customer, with what is on them. */
export function Accounts() {
  const [accounts, reload] = useLoad(readAccounts)
  return (
    <>
      <div className="page-head">
        <Heading title="Accounts">Accounts</Heading>
        <div className="actions">
          <Link to={{ view: 'open-account' }} className="button">
            Open an account
          </Link>
          <Link to={{ view: 'transfer', from: null }} className="button primary">
            New transfer
          </Link>
        </div>
      </div>
      {accounts.state === 'loading' && <Loading what="your accounts" />}
      {accounts.state === 'failed' && <Alert onRetry={reload}>{accounts.message}</Alert>}
      {accounts.state === 'ready' && <AccountList accounts={accounts.data} />}
    </>
  )
}

function AccountList({ accounts }: { accounts: Account[] }) {
  if (accounts.length === 0) return <p className="empty">You have no account yet. Open one to begin.</p>
  return (
    <>
      <section className="sum" aria-label="Total">
        <p>{accounts.length === 1 ? 'On your account' : `On your ${accounts.length} accounts`}</p>
        {totals(accounts).map(({ minor, currency }) => (
          <p className="sum-money" key={currency}>
            <Money minor={minor} currency={currency} />
          </p>
        ))}
      </section>
      <ul className="cards" aria-label="Your accounts">
        {accounts.map((account) => (
          <li className="card" key={account.id}>
            <h2>
              <Link to={{ view: 'history', accountId: account.id }} className="card-link">
                {account.name}
              </Link>
            </h2>
            <p className="number">{groupNumber(account.number)}</p>
            <p className="card-money">
              <Money minor={account.balance} currency={account.currency} />
            </p>
          </li>
        ))}
      </ul>
    </>
  )
}
