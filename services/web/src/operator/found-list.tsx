import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { announce } from '../parts/announcer.tsx'
import { Button } from '../parts/button.tsx'
import { Empty, Failure } from '../parts/feedback.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Panel } from '../parts/panel.tsx'
import { Skeletons } from '../parts/skeleton.tsx'
import { formatTime } from '../time.ts'
import { fetchMore } from '../queries.ts'
import { useFocusOnMore } from '../use-focus-on-more.ts'
import list from '../views/security.module.css'
import type { FoundPage } from './bank.ts'
import styles from './operator.module.css'
import { useOperatorMessages } from './words.ts'

interface FoundListProps<T> {
  query: UseInfiniteQueryResult<InfiniteData<FoundPage<T>>>
  words: { heading: string; what: string; none: string; found: (n: number) => string }
  children: (item: T) => ReactNode
}

/** What a search found, a page at a time. */
export function FoundList<T extends { id: string }>({ query, words, children }: FoundListProps<T>) {
  return (
    <div className={styles['found']}>
      <Loaded query={query} what={words.what} skeleton={<Skeletons count={4} shape="row" />}>
        {({ pages }) => (
          <Pages
            pages={pages}
            words={words}
            at={query.dataUpdatedAt}
            busy={query.isFetchingNextPage}
            onMore={query.hasNextPage ? () => void fetchMore(query) : undefined}
          >
            {children}
          </Pages>
        )}
      </Loaded>
      {query.isFetchNextPageError && <Failure error={query.error} />}
    </div>
  )
}

interface PagesProps<T> extends Omit<FoundListProps<T>, 'query'> {
  pages: FoundPage<T>[]
  /** When it was found, in milliseconds since 1970. */
  at: number
  busy: boolean
  onMore: (() => void) | undefined
}

function Pages<T extends { id: string }>({ pages, at, words, busy, onMore, children }: PagesProps<T>) {
  const common = useOperatorMessages()
  const items = pages.flatMap((page) => page.items)
  const added = pages.length > 1 ? (pages.at(-1)?.items ?? []) : []
  const { firstNew, count } = useFocusOnMore<HTMLLIElement>(pages.length, added.length, common.moreShown)
  const searchedTo = pages.at(-1)?.searchedTo
  const isEmpty = items.length === 0 && !onMore
  const summary = isEmpty ? words.none : words.found(items.length)
  const told = useRef({ at, summary, pages: pages.length })
  useEffect(() => {
    // Who searches for the same again is told as well, though nothing on the page changes.
    const before = told.current
    told.current = { at, summary, pages: pages.length }
    if (before.at !== at && before.summary === summary && before.pages === pages.length) announce(summary)
  }, [at, summary, pages.length])
  return (
    <>
      <p className={styles['count']} role="status" ref={count} tabIndex={-1}>
        {summary}
      </p>
      {isEmpty && <Empty>{words.none}</Empty>}
      {items.length > 0 && (
        <Panel title={words.heading}>
          <ul className={list['list']}>
            {items.map((item) => (
              <li
                key={item.id}
                ref={item.id === added[0]?.id ? firstNew : undefined}
                tabIndex={item.id === added[0]?.id ? -1 : undefined}
              >
                {children(item)}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {searchedTo && onMore && (
        <p className={styles['count']}>{common.searching(formatTime(searchedTo, 'moment'))}</p>
      )}
      {onMore && (
        <Button onClick={onMore} busy={busy} isWide>
          {common.more}
        </Button>
      )}
    </>
  )
}
