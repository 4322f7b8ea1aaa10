import {
  type InfiniteData,
  infiniteQueryOptions,
  queryOptions,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query'
import { readActivity } from './activity.ts'
import {
  type Account,
  type Entries,
  type EntryFilter,
  type NewTransfer,
  previewTransfer,
  readAccounts,
  readEntries,
  readSecurityEvents,
  readSessions,
  readTransfer,
} from './api/bank.ts'
import { queryClient } from './session.ts'

/** The most that the bank gives at once: a history is scrolled through. */
const ENTRIES_A_PAGE = 100

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => readAccounts(signal),
})

/**
 * The entries of an account that a filter lets through, page after page. What was booked stays as it is: of a history that
 * is read anew only the newest page is asked for, and the others where that does not reach them any more. What operators
 * read is kept: see session.ts.
 */
export function entriesQuery(accountId: string, filter: EntryFilter, read = readEntries) {
  const isKept = read !== readEntries
  return infiniteQueryOptions({
    queryKey: [isKept ? 'operator-entries' : 'entries', accountId, filter],
    staleTime: isKept ? Infinity : 0,
    async queryFn({ pageParam, signal, client, queryKey }) {
      const known = client.getQueryData<InfiniteData<Entries, string | null>>(queryKey)
      const page = known?.pages[known.pageParams.indexOf(pageParam)]
      if (page && pageParam !== null) return page
      const newest = await read(accountId, { filter, cursor: pageParam, limit: ENTRIES_A_PAGE }, signal)
      return page ? continued(newest, page) : newest
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
}

/** The newest page with what is known behind it, so that the pages after that still follow; else alone. */
export function continued(newest: Entries, known: Entries): Entries {
  const oldest = newest.entries.at(-1)
  const at = known.entries.findIndex(({ id }) => id === oldest?.id)
  if (at < 0 || newest.nextCursor === null) return newest
  return { ...known, entries: [...newest.entries, ...known.entries.slice(at + 1)] }
}

/** What moved on these accounts lately. */
export function activityQuery(accounts: readonly Account[]) {
  return queryOptions({
    queryKey: ['activity', accounts.map(({ id, balance }) => [id, balance])],
    queryFn: ({ signal }) => readActivity(accounts, signal),
  })
}

/** What a transfer would do, as it was when it was first asked. */
export function previewQuery(transfer: NewTransfer) {
  return queryOptions({
    queryKey: ['preview', transfer],
    queryFn: ({ signal }) => previewTransfer(transfer, signal),
  })
}

export function transferQuery(id: string) {
  return queryOptions({ queryKey: ['transfer', id], queryFn: ({ signal }) => readTransfer(id, signal) })
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => readSessions(signal),
})

export const securityEventsQuery = queryOptions({
  queryKey: ['security-events'],
  queryFn: ({ signal }) => readSecurityEvents(signal),
})

/** Fetches a further page, once what came since has been read: it would be fetched in the place of that. */
export async function fetchMore(
  list: Pick<UseInfiniteQueryResult, 'isFetching' | 'refetch' | 'fetchNextPage'>,
): Promise<void> {
  if (list.isFetching) await list.refetch({ cancelRefetch: false })
  await list.fetchNextPage()
}

/** Money has moved: whatever shows balances is read anew. */
export async function forgetBalances(): Promise<void> {
  const moved = ['accounts', 'entries', 'activity', 'preview', 'operator-customer', 'operator-entries']
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => moved.includes(String(queryKey[0])) })
}
