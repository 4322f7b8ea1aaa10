import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { type Account, type Customer, type EntriesWanted, type Entries, queryOf } from '../api/bank.ts'
import { request, requestOnce } from '../api/client.ts'
import type { components, operations } from '../api/schema.ts'

type Schemas = components['schemas']
type Found<Name extends 'searchCustomers' | 'searchTransfers'> =
  operations[Name]['responses'][200]['content']['application/json']

export type BookedTransfer = Schemas['BookedTransfer']
export type LedgerCheck = Schemas['LedgerCheck']

/** A page of what a search found. */
export interface FoundPage<T> {
  items: T[]
  nextCursor: string | null
  searchedTo?: string | null
}

const FOUND_A_PAGE = '25'

export function customersQuery(q: string) {
  return infiniteQueryOptions({
    queryKey: ['operator-customers', q],
    async queryFn({ pageParam, signal }): Promise<FoundPage<Customer>> {
      const query = queryOf({ q, limit: FOUND_A_PAGE, cursor: pageParam ?? undefined })
      const page = await request<Found<'searchCustomers'>>(`/operator/customers?${query}`, { signal })
      return { items: page.customers, nextCursor: page.nextCursor }
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: q !== '',
    staleTime: Infinity,
  })
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id that a search asks for, if it does: a transfer's own, or # and an entry's. */
export function idIn(q: string): string | undefined {
  if (UUID.test(q)) return q
  return /^#([0-9]{1,15})$/.exec(q)?.[1]
}

export function transfersQuery(q: string) {
  return infiniteQueryOptions({
    queryKey: ['operator-transfers', q],
    async queryFn({ pageParam, signal }): Promise<FoundPage<BookedTransfer>> {
      const id = idIn(q)
      if (id !== undefined) return { items: [await readTransfer(id, signal)], nextCursor: null }
      const query = queryOf({ q, limit: FOUND_A_PAGE, cursor: pageParam ?? undefined })
      const page = await request<Found<'searchTransfers'>>(`/operator/transfers?${query}`, { signal })
      return { items: page.transfers, nextCursor: page.nextCursor, searchedTo: page.searchedTo }
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: q !== '',
    staleTime: Infinity,
  })
}

export function customerQuery(id: string) {
  return queryOptions({
    queryKey: ['operator-customer', id],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      request<{ customer: Customer; accounts: Account[] }>(`/operator/customers/${encodeURIComponent(id)}`, {
        signal,
      }),
  })
}

export function anyTransferQuery(id: string) {
  return queryOptions({
    queryKey: ['operator-transfer', id],
    staleTime: Infinity,
    queryFn: ({ signal }) => readTransfer(id, signal),
  })
}

async function readTransfer(id: string, signal: AbortSignal): Promise<BookedTransfer> {
  const path = `/operator/transfers/${encodeURIComponent(id)}`
  return (await request<{ transfer: BookedTransfer }>(path, { signal })).transfer
}

/** Reads a page of the entries of any customer's account, newest first. */
export async function readAnyEntries(
  accountId: string,
  { filter = {}, cursor, limit }: EntriesWanted,
  signal: AbortSignal,
): Promise<Entries> {
  const query = queryOf({ ...filter, limit: String(limit), cursor: cursor ?? undefined })
  return request(`/operator/accounts/${encodeURIComponent(accountId)}/entries?${query}`, { signal })
}

/** Moves the money of a transfer back, once for each key; says whether that had happened before. */
export async function reverseTransfer(id: string, reason: string, key: string): Promise<boolean> {
  const options = { method: 'POST' as const, body: { reason }, headers: { 'idempotency-key': key } }
  return (await requestOnce(`/transfers/${encodeURIComponent(id)}/reversal`, options)).isReplayed
}

/** Has the bank read all of its books. */
export async function checkLedger(): Promise<LedgerCheck> {
  return (await request<{ check: LedgerCheck }>('/operator/ledger-check', { method: 'POST' })).check
}
