import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { readActivity } from './activity.ts'
import {
  type Account,
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

const ENTRIES_A_PAGE = 25

export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => readAccounts(signal),
})

/** The entries of an account that a filter lets through, page after page. */
export function entriesQuery(accountId: string, filter: EntryFilter) {
  return infiniteQueryOptions({
    queryKey: ['entries', accountId, filter],
    queryFn: ({ pageParam, signal }) =>
      readEntries(accountId, { filter, cursor: pageParam, limit: ENTRIES_A_PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
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

/** Money has moved: whatever shows balances is read anew. */
export async function forgetBalances(): Promise<void> {
  const moved = ['accounts', 'entries', 'activity', 'preview']
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => moved.includes(String(queryKey[0])) })
}
