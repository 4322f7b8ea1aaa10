import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo, useCallback, useMemo, useRef } from 'react'
import { groupNumber } from '../account-number.ts'
import type { Entries, Entry, EntryFilter, readEntries } from '../api/bank.ts'
import { classes } from '../classes.ts'
import { useMessages } from '../language.ts'
import { formatMoney } from '../money.ts'
import { Button } from '../parts/button.tsx'
import { Empty, Failure } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Money } from '../parts/money.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { entriesQuery, fetchMore } from '../queries.ts'
import { formatTime } from '../time.ts'
import { useFocusOnMore } from '../use-focus-on-more.ts'
import { useRowsInView } from '../use-rows-in-view.ts'
import styles from './entry-list.module.css'

interface EntryListProps {
  accountId: string
  /** Unknown as long as the account itself is on its way. */
  currency: string | undefined
  filter: EntryFilter
  read?: typeof readEntries
  /** Where an entry leads. */
  receipt?: ReceiptPath
}

type ReceiptPath = '/transfers/$transferId' | '/operator/transfers/$transferId'
const RECEIPT = '/transfers/$transferId'

/** The movements of an account by day; more come as one scrolls. */
export function EntryList({ accountId, currency, filter, read, receipt = RECEIPT }: EntryListProps) {
  const { account: words } = useMessages()
  const entries = useInfiniteQuery(entriesQuery(accountId, filter, read))
  const shown = currency === undefined ? { ...entries, data: undefined } : entries
  return (
    <div className={styles['place']}>
      <Loaded query={shown} what={words.what} skeleton={<Skeletons count={6} shape="row" />}>
        {({ pages }) => (
          <Pages
            key={JSON.stringify([accountId, filter])}
            pages={pages}
            receipt={receipt}
            currency={currency ?? ''}
            isFiltered={Object.keys(filter).length > 0}
            busy={entries.isFetchingNextPage}
            mustWait={entries.isFetching}
            hasFailed={entries.isFetchNextPageError}
            onMore={entries.hasNextPage ? () => void fetchMore(entries) : undefined}
          />
        )}
      </Loaded>
      {entries.isFetchNextPageError && <Failure error={entries.error} />}
    </div>
  )
}

interface PagesProps {
  receipt: ReceiptPath
  pages: Entries[]
  currency: string
  isFiltered: boolean
  busy: boolean
  /** What came since is being read: another page is not asked for without anybody's doing. */
  mustWait: boolean
  hasFailed: boolean
  onMore: (() => void) | undefined
}

/** A guess at the height of a row in pixels, right where no line is broken: of its lines, and of the day above the first. */
const ROW = 72
const REFERENCE_LINE = 22
const DAY_HEAD = 53

const dayOf = (entry: Entry | undefined) => entry?.createdAt.slice(0, 10)

function Pages(props: PagesProps) {
  const { pages, receipt, currency, isFiltered, busy, mustWait, hasFailed, onMore } = props
  const { account: words } = useMessages()
  const entries = useMemo(() => pages.flatMap((page) => page.entries), [pages])
  const searchedTo = pages.at(-1)?.searchedTo
  const added = pages.length > 1 ? (pages.at(-1)?.entries.length ?? 0) : 0
  const pressed = useRef(false)
  const wasPressed = useCallback(() => pressed.current, [])
  const { firstNew, count } = useFocusOnMore<HTMLDivElement>(pages.length, added, words.moreShown, wasPressed)
  const end = useRef<HTMLDivElement>(null)
  const isEmpty = entries.length === 0 && !onMore
  const isFirstOfDay = (index: number) => dayOf(entries[index]) !== dayOf(entries[index - 1])

  const more = (isPressed: boolean) => {
    pressed.current = isPressed
    onMore?.()
  }
  // A search may pass over much that it doesn't find: it goes on when somebody says so.
  const goesOn = onMore !== undefined && !mustWait && !hasFailed && !isFiltered
  const { rows, listRef, rowRef, ...focus } = useRowsInView({
    source: pages,
    count: entries.length,
    keyOf: useCallback((index: number) => entries[index]?.id ?? String(index), [entries]),
    heightOf: (index) =>
      ROW + (entries[index]?.reference ? REFERENCE_LINE : 0) + (isFirstOfDay(index) ? DAY_HEAD : 0),
    onNearEnd: goesOn ? () => more(false) : undefined,
  })

  return (
    <>
      {isFiltered && (
        <p className={styles['count']} role="status" ref={count} tabIndex={-1}>
          {isEmpty ? '' : words.found(entries.length, !onMore)}
        </p>
      )}
      {isEmpty && <Empty>{isFiltered ? words.noneFound : words.none}</Empty>}
      {entries.length > 0 && (
        <>
          <button type="button" className={styles['skip']} onClick={() => end.current?.focus()}>
            {words.skip}
          </button>
          <ul className={styles['list']} ref={listRef} {...focus}>
            {rows.map(({ index, key }) => {
              const entry = entries[index]
              if (!entry) return null
              const isFirst = isFirstOfDay(index)
              const isLast = index + 1 === entries.length || isFirstOfDay(index + 1)
              return (
                <li
                  className={styles['row']}
                  key={key}
                  data-index={index}
                  ref={rowRef}
                  aria-posinset={index + 1}
                  aria-setsize={onMore ? -1 : entries.length}
                >
                  {isFirst && <h2 className={styles['day']}>{formatTime(entry.createdAt, 'day')}</h2>}
                  <div
                    className={classes(styles['entry'], isFirst && styles['first'], isLast && styles['last'])}
                    ref={index === entries.length - added ? firstNew : undefined}
                    tabIndex={index === entries.length - added ? -1 : undefined}
                  >
                    <EntryRow entry={entry} currency={currency} receipt={receipt} />
                  </div>
                </li>
              )
            })}
          </ul>
        </>
      )}
      {searchedTo && onMore && (
        <p className={styles['count']}>{words.searching(formatTime(searchedTo, 'date'))}</p>
      )}
      {onMore && (
        <div className={styles['more']}>
          <Button onClick={() => more(true)} busy={busy} isWide>
            {words.more}
          </Button>
        </div>
      )}
      <div ref={end} tabIndex={-1} />
    </>
  )
}

interface EntryRowProps {
  entry: Entry
  currency: string
  receipt: ReceiptPath
}

/** Shown anew only when it changes: most rows stay when one scrolls. */
const EntryRow = memo(function EntryRow({ entry, currency, receipt }: EntryRowProps) {
  const { account: words } = useMessages()
  return (
    <>
      <div className={styles['what']}>
        <p className={styles['who']}>
          <Link to={receipt} params={{ transferId: entry.transferId }}>
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
})
