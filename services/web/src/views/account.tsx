import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { groupNumber } from '../account-number.ts'
import { useMessages } from '../language.ts'
import { ButtonLink } from '../parts/button.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { Sum } from '../parts/sum.tsx'
import { accountsQuery } from '../queries.ts'
import styles from './account.module.css'
import { EntryFilterForm } from './entry-filter-form.tsx'
import { EntryList } from './entry-list.tsx'
import { Exports } from './exports.tsx'
import { NotFound } from './not-found.tsx'

const route = getRouteApi('/accounts/$accountId')

/** One account: its balance and its movements, newest first, as far as the filter in the address lets them through. */
export function AccountView() {
  const messages = useMessages()
  const { accountId } = route.useParams()
  const filter = route.useSearch()
  const accounts = useQuery({
    ...accountsQuery,
    select: (all) => all.find(({ id }) => id === accountId) ?? null,
  })
  const account = accounts.data
  if (account === null) return <NotFound />

  return (
    <>
      <p className={styles['back']}>
        <Link to="/">{messages.account.all}</Link>
      </p>
      <PageHead title={account?.name ?? messages.account.title}>
        <ButtonLink to="/transfer" search={{ from: accountId }} look="primary">
          {messages.accounts.transfer}
        </ButtonLink>
      </PageHead>
      <Loaded query={accounts} what={messages.account.what} skeleton={<Skeleton shape="sum" />}>
        {(ready) =>
          ready && (
            <Sum
              label={messages.account.balance}
              note={groupNumber(ready.number)}
              sums={[{ minor: ready.balance, currency: ready.currency }]}
            />
          )
        }
      </Loaded>
      <EntryFilterForm filter={filter} />
      {/* Before the history, which may have no end. */}
      <Exports accountId={accountId} filter={filter} />
      <EntryList accountId={accountId} currency={account?.currency} filter={filter} />
    </>
  )
}
