import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { groupNumber } from '../account-number.ts'
import type { Account } from '../api/bank.ts'
import { useMessages } from '../language.ts'
import { totals } from '../money.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Empty } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Money } from '../parts/money.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Skeleton, Skeletons } from '../parts/skeleton.tsx'
import { Sum } from '../parts/sum.tsx'
import { accountsQuery } from '../queries.ts'
import styles from './accounts.module.css'
import { ActivityPlots, PlotsPlaceholder } from './activity-plots.tsx'

/** All accounts of the customer, with what is on them and how that came to be. */
export function Accounts() {
  const { accounts: words } = useMessages()
  const accounts = useQuery(accountsQuery)
  return (
    <>
      <PageHead title={words.heading}>
        <ButtonLink to="/accounts/new">{words.open}</ButtonLink>
        <ButtonLink to="/transfer" look="primary">
          {words.transfer}
        </ButtonLink>
      </PageHead>
      <Loaded query={accounts} what={words.what} skeleton={<Placeholder />}>
        {(data) => (data.length === 0 ? <Empty>{words.none}</Empty> : <Overview accounts={data} />)}
      </Loaded>
    </>
  )
}

function Overview({ accounts }: { accounts: Account[] }) {
  const { accounts: words } = useMessages()
  return (
    <>
      <Sum label={words.total} note={words.onAccounts(accounts.length)} sums={totals(accounts)} />
      <ul className={styles['cards']} aria-label={words.list}>
        {accounts.map((account) => (
          <AccountCard account={account} key={account.id} />
        ))}
      </ul>
      <ActivityPlots accounts={accounts} />
    </>
  )
}

function AccountCard({ account: { id, name, number, balance, currency } }: { account: Account }) {
  return (
    <li className={styles['card']}>
      <h2>
        <Link to="/accounts/$accountId" params={{ accountId: id }} className={styles['link']}>
          {name}
        </Link>
      </h2>
      <p className={styles['number']}>{groupNumber(number)}</p>
      <p className={styles['balance']}>
        <Money minor={balance} currency={currency} />
      </p>
    </li>
  )
}

function Placeholder() {
  return (
    <>
      <Skeleton shape="sum" />
      <div className={styles['cards']}>
        <Skeletons count={2} shape="card" />
      </div>
      <PlotsPlaceholder />
    </>
  )
}
