import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { ApiError } from '../api/client.ts'
import { formatMoney } from '../money.ts'
import { Empty } from '../parts/feedback.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { queryClient } from '../session.ts'
import { formatTime } from '../time.ts'
import list from '../views/security.module.css'
import { transfersQuery } from './bank.ts'
import { FoundList } from './found-list.tsx'
import { SearchForm } from './search-form.tsx'
import { useOperatorMessages } from './words.ts'

const route = getRouteApi('/operator/transfers')

/** Finds transfers by their reference or by an id. */
export function Transfers() {
  const { transfers: words } = useOperatorMessages()
  const { q = '' } = route.useSearch()
  const navigate = useNavigate()
  const transfers = useInfiniteQuery(transfersQuery(q))
  const search = (wanted: string) => {
    // Asked again, it may have another answer; going back shows the one that was given.
    void queryClient.invalidateQueries({ queryKey: transfersQuery(wanted).queryKey })
    void navigate({ to: '/operator/transfers', search: { q: wanted }, resetScroll: false })
  }
  const isUnknown = transfers.error instanceof ApiError && transfers.error.code === 'unknown_transfer'
  return (
    <>
      <PageHead title={words.heading} />
      <SearchForm label={words.field} hint={words.hint} q={q} maxLength={140} onSearch={search} />
      {isUnknown && <Empty>{words.none}</Empty>}
      {q !== '' && !isUnknown && (
        <FoundList key={q} query={transfers} words={words}>
          {({ id, from, to, amount, currency, reference, createdAt }) => (
            <>
              <div>
                <p className={list['what']}>
                  <Link to="/operator/transfers/$transferId" params={{ transferId: id }}>
                    {reference || words.noReference}
                  </Link>
                </p>
                <p className={list['note']}>{words.fromTo(from.name, to.name)}</p>
                <p className={list['note']}>
                  <time dateTime={createdAt}>{formatTime(createdAt, 'moment')}</time>
                </p>
              </div>
              <span>{formatMoney(amount, currency)}</span>
            </>
          )}
        </FoundList>
      )}
    </>
  )
}
