import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { groupNumber } from '../account-number.ts'
import type { Account, Customer } from '../api/bank.ts'
import { ApiError } from '../api/client.ts'
import { formatMoney } from '../money.ts'
import { Facts } from '../parts/facts.tsx'
import { Empty } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Panel } from '../parts/panel.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { EntryList } from '../views/entry-list.tsx'
import { NotFound } from '../views/not-found.tsx'
import list from '../views/security.module.css'
import { customerQuery, readAnyEntries } from './bank.ts'
import styles from './operator.module.css'
import { useOperatorMessages } from './words.ts'

const route = getRouteApi('/operator/customers/$customerId')

/** A customer with their accounts, and what was booked on the one that is chosen. */
export function AnyCustomer() {
  const { customer: words } = useOperatorMessages()
  const { customerId } = route.useParams()
  const customer = useQuery(customerQuery(customerId))
  const { error } = customer
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return <NotFound />
  return (
    <Loaded query={customer} what={words.what} skeleton={<Skeletons count={3} shape="row" />}>
      {(data) => <Whole {...data} />}
    </Loaded>
  )
}

function Whole({ customer, accounts }: { customer: Customer; accounts: Account[] }) {
  const { customer: words } = useOperatorMessages()
  const { account: chosen } = route.useSearch()
  const account = accounts.find(({ id }) => id === chosen)
  return (
    <div className={styles['stack']}>
      <PageHead title={customer.name} />
      <p className={list['note']}>{words.kept}</p>
      <Facts
        facts={[
          [words.email, customer.email],
          [words.id, customer.id],
        ]}
      />
      <Panel title={words.accounts}>
        {accounts.length === 0 ? (
          <Empty>{words.noAccount}</Empty>
        ) : (
          <ul className={list['list']}>
            {accounts.map(({ id, name, number, balance, currency }) => (
              <li key={id}>
                <div>
                  <p className={list['what']}>
                    <Link
                      to="/operator/customers/$customerId"
                      params={{ customerId: customer.id }}
                      search={{ account: id }}
                      resetScroll={false}
                      aria-label={words.show(name)}
                    >
                      {name}
                    </Link>
                  </p>
                  <p className={list['note']}>{groupNumber(number)}</p>
                </div>
                <span>{formatMoney(balance, currency)}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {account && (
        <section className={styles['movements']} aria-label={words.entries(account.name)} key={account.id}>
          <h2>{words.entries(account.name)}</h2>
          <EntryList
            accountId={account.id}
            currency={account.currency}
            filter={{}}
            read={readAnyEntries}
            receipt="/operator/transfers/$transferId"
          />
        </section>
      )}
    </div>
  )
}
