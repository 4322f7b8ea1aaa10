import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { groupNumber } from '../account-number.ts'
import type { Account, Transfer } from '../api/bank.ts'
import { ApiError } from '../api/client.ts'
import { useMessages } from '../language.ts'
import { formatMoney } from '../money.ts'
import { announce } from '../parts/announcer.tsx'
import { ButtonLink } from '../parts/button.tsx'
import { Facts } from '../parts/facts.tsx'
import { Notice } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { accountsQuery, transferQuery } from '../queries.ts'
import { formatTime } from '../time.ts'
import { NotFound } from './not-found.tsx'
import styles from './receipt.module.css'

const route = getRouteApi('/transfers/$transferId')

/** What was moved, between whom and when, and where to go from here. */
export function Receipt() {
  const { transfer: words } = useMessages()
  const { transferId } = route.useParams()
  const transfer = useQuery(transferQuery(transferId))
  const accounts = useQuery(accountsQuery)
  const { error } = transfer
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return <NotFound />
  const both = {
    data: transfer.data && accounts.data && { transfer: transfer.data, accounts: accounts.data },
    error: error ?? accounts.error,
    failureCount: transfer.failureCount + accounts.failureCount,
    refetch: error ? transfer.refetch : accounts.refetch,
  }
  return (
    <div className={styles['receipt']}>
      <Loaded query={both} what={words.receiptWhat} skeleton={<Skeletons count={4} shape="field" />}>
        {(data) => <Paper {...data} />}
      </Loaded>
    </div>
  )
}

function Paper({ transfer, accounts }: { transfer: Transfer; accounts: Account[] }) {
  const { transfer: words } = useMessages()
  const { amount, currency, from, to, reference, createdAt } = transfer
  const mine = (number: string) => accounts.find((account) => account.number === number)
  const nameOf = (number: string) => [mine(number)?.name, groupNumber(number)].filter(Boolean).join(' · ')
  const account = mine(from.number) ?? mine(to.number)
  const moved = useLocation({ select: ({ state }) => state.moved })
  const sum = formatMoney(amount, currency)
  const receiver = groupNumber(to.number)
  useEffect(() => {
    if (moved === 'now') announce(words.sent(sum, receiver))
    if (moved === 'before') announce(words.sentBefore)
  }, [moved, words, sum, receiver])

  return (
    <>
      <svg className={styles['mark']} viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">
        <circle cx="24" cy="24" r="24" />
        <path d="m14 25 7 7 14-15" />
      </svg>
      <PageHead title={mine(from.number) ? words.sentHeading : words.receivedHeading} />
      <p className={styles['amount']}>{sum}</p>
      {moved === 'before' && <Notice>{words.sentBefore}</Notice>}
      {transfer.reversedBy && <Notice>{words.reversed}</Notice>}
      {transfer.reverses && <Notice>{words.reverses}</Notice>}
      <Facts
        facts={[
          [words.from, nameOf(from.number)],
          [words.to, nameOf(to.number)],
          [words.reference, reference],
          [words.when, <time dateTime={createdAt}>{formatTime(createdAt, 'moment')}</time>],
        ]}
      />
      <div className={styles['actions']}>
        {account && (
          <ButtonLink to="/accounts/$accountId" params={{ accountId: account.id }} look="primary">
            {words.history}
          </ButtonLink>
        )}
        <ButtonLink to="/transfer">{words.another}</ButtonLink>
      </div>
    </>
  )
}
