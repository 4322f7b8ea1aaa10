import { QueryCache, QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { type Customer, readCustomer } from './api/bank.ts'
import { ApiError } from './api/client.ts'
import type { Messages } from './messages/en.ts'

/** Who is logged in; where it is nobody any more, the notice says why. */
export interface Session {
  customer: Customer | null
  notice?: Exclude<keyof Messages['session'], 'logOut' | 'stillIn'>
}

/** Over about half a minute: so long a bank that restarts may take. */
const RETRIES = 10
const LONGEST_DELAY_MS = 3000

/** Everything that was read from the bank. What is read as nobody ends the session on this page. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: endIfExpired }),
  defaultOptions: {
    queries: {
      // What the bank refused it would refuse again.
      retry: (failures, error) => failures < RETRIES && error instanceof ApiError && error.outcomeUnknown,
      retryDelay: (failures) => Math.min(1000 * (failures + 1), LONGEST_DELAY_MS),
    },
  },
})

const sessionQuery = queryOptions({
  queryKey: ['session'],
  async queryFn({ signal }): Promise<Session> {
    try {
      return { customer: await readCustomer(signal) }
    } catch (error) {
      if (isUnauthenticated(error)) return { customer: null }
      throw error
    }
  },
  staleTime: Infinity,
  gcTime: Infinity,
})

/** The session of the page, asked for once. */
export function useSession() {
  return useQuery(sessionQuery)
}

/** Who is logged in, for the views that only a customer sees. */
export function useCustomer(): Customer {
  const { data } = useSession()
  if (!data?.customer) throw new Error('this view is for customers')
  return data.customer
}

/** Begins a session on this page, or says who the customer is now. */
export function beginSession(customer: Customer): void {
  queryClient.setQueryData(sessionQuery.queryKey, { customer })
}

/** Ends the session on this page: a customer's views go, and then what was read for them. */
export function endSession(notice: NonNullable<Session['notice']>): void {
  queryClient.setQueryData(sessionQuery.queryKey, { customer: null, notice })
}

/** Forgets all that was read in a session, once no view is left that would read it again. */
export function forgetSession(): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
}

/** Ends the session when an error says that it is over; returns whether it did. */
export function endIfExpired(error: unknown): boolean {
  const isOver =
    isUnauthenticated(error) && queryClient.getQueryData(sessionQuery.queryKey)?.customer !== null
  if (isOver) endSession('ended')
  return isOver
}

/** Whether the bank does not know who asks. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'unauthenticated'
}
