import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { groupNumber } from '../account-number.ts'
import type { Entries, Entry, EntryFilter } from '../api/bank.ts'
import { useMessages } from '../language.ts'
import { formatMoney } from '../money.ts'
import { announce } from '../parts/announcer.tsx'
import { Button } from '../parts/button.tsx'
import { Empty, Failure } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Money } from '../parts/money.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { entriesQuery } from '../queries.ts'
import { formatTime } from '../time.ts'
import styles from './entry-list.module.css'

interface EntryListProps {
  accountId: string
  /** Unknown as long as the account itself is on its way. */
  currency: string | undefined
  filter: EntryFilter
}

/** The movements of an account by day, a page at a time. */
export function EntryList({ accountId, currency, filter }: EntryListProps) {
  const { account: words } = useMessages()
  const entries = useInfiniteQuery(entriesQuery(accountId, filter))
  const shown = currency === undefined ? { ...entries, data: undefined } : entries
  return (
    <div className={styles['place']}>
      <Loaded query={shown} what={words.what} skeleton={<Skeletons count={6} shape="row" />}>
        {({ pages }) => (
          <Pages
            pages={pages}
            currency={currency ?? ''}
            isFiltered={Object.keys(filter).length > 0}
            busy={entries.isFetchingNextPage}
            onMore={entries.hasNextPage ? () => void entries.fetchNextPage() : undefined}
          />
        )}
      </Loaded>
      {entries.isFetchNextPageError && <Failure error={entries.error} />}
    </div>
  )
}

interface PagesProps {
  pages: Entries[]
  currency: string
  isFiltered: boolean
  busy: boolean
  onMore: (() => void) | undefined
}

function Pages({ pages, currency, isFiltered, busy, onMore }: PagesProps) {
  const { account: words } = useMessages()
  const entries = pages.flatMap((page) => page.entries)
  const searchedTo = pages.at(-1)?.searchedTo
  const { firstNewId, firstNew } = useFocusOnMore(pages)
  const isEmpty = entries.length === 0 && !onMore
  return (
    <>
      {isFiltered && (
        <p className={styles['count']} role="status">
          {isEmpty ? '' : words.found(entries.length, !onMore)}
        </p>
      )}
      {isEmpty && <Empty>{isFiltered ? words.noneFound : words.none}</Empty>}
      {byDay(entries).map(([day, ofDay]) => (
        <section className={styles['day']} key={day} aria-label={day}>
          <h2>{day}</h2>
          <ul>
            {ofDay.map((entry) => (
              <li
                className={styles['entry']}
                key={entry.id}
                ref={entry.id === firstNewId ? firstNew : undefined}
                tabIndex={entry.id === firstNewId ? -1 : undefined}
              >
                <EntryRow entry={entry} currency={currency} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {searchedTo && onMore && (
        <p className={styles['count']}>{words.searching(formatTime(searchedTo, 'date'))}</p>
      )}
      {onMore && (
        <div className={styles['more']}>
          <Button onClick={onMore} busy={busy} isWide>
            {words.more}
          </Button>
        </div>
      )}
    </>
  )
}

/** Says how many more are shown, and takes the focus to the first of them. */
function useFocusOnMore(pages: Entries[]) {
  const { account: words } = useMessages()
  const firstNew = useRef<HTMLLIElement>(null)
  const added = pages.length > 1 ? (pages.at(-1)?.entries ?? []) : []
  const firstNewId = added[0]?.id
  useEffect(() => {
    if (firstNewId === undefined) return
    announce(words.moreShown(added.length))
    firstNew.current?.focus()
  }, [firstNewId, added.length, words])
  return { firstNewId, firstNew }
}

function EntryRow({ entry, currency }: { entry: Entry; currency: string }) {
  const { account: words } = useMessages()
  return (
    <>
      <div className={styles['what']}>
        <p className={styles['who']}>
          <Link to="/transfers/$transferId" params={{ transferId: entry.transferId }}>
            {entry.counterpartyName || groupNumber(entry.counterparty)}
          </Link>
        </p>
        <p className={styles['note']}>
          <time dateTime={entry.createdAt}>{formatTime(entry.createdAt, 'clock')}</time>
          {entry.counterpartyName && ` · ${groupNumber(entry.counterparty)}`}
        </p>
        {entry.reference && <p className={styles['note']}>{entry.reference}</p>}
      </div>
      <div className={styles['sums']}>
        <p className={styles['who']}>
          <Money minor={entry.amount} currency={currency} signed />
        </p>
        <p className={styles['note']}>{words.balanceIs(formatMoney(entry.balance, currency))}</p>
      </div>
    </>
  )
}

function byDay(entries: Entry[]): [string, Entry[]][] {
  const days = new Map<string, Entry[]>()
  for (const entry of entries) {
    const day = formatTime(entry.createdAt, 'day')
    const ofDay = days.get(day)
    if (ofDay) ofDay.push(entry)
    else days.set(day, [entry])
  }
  return [...days]
}
