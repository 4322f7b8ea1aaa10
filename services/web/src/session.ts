import { onlineManager, QueryCache, QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { type Customer, readCustomer } from './api/bank.ts'
import { ApiError, isOutcomeUnknown } from './api/client.ts'
import type { Messages } from './messages/en.ts'

/** Who is logged in; where it is nobody any more, the notice says why. */
export interface Session {
  customer: Customer | null
  notice?: Exclude<keyof Messages['session'], 'logOut' | 'stillIn'>
}

/** Over about half a minute: so long a bank that restarts may take. */
const RETRIES = 10
const LONGEST_DELAY_MS = 3000

/** The other pages of this browser, which share the session's cookie. */
const others = new BroadcastChannel('dwaybank:session')

/** Everything that was read from the bank. What is read as nobody ends the session on this page. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: endIfExpired }),
  defaultOptions: {
    queries: {
      // What the bank refused it would refuse again.
      retry: (failures, error) => failures < RETRIES && isOutcomeUnknown(error),
      retryDelay: (failures) => Math.min(1000 * (failures + 1), LONGEST_DELAY_MS),
      // Not before it is known whose session it is: see watchSession.
      refetchOnWindowFocus: false,
    },
  },
})

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  async queryFn({ signal, client }): Promise<Session> {
    const customer = await readCustomer(signal).catch((error: unknown) => {
      if (isUnauthenticated(error)) return null
      throw error
    })
    const session = sessionAfter(client.getQueryData<Session>(['session']), customer)
    if (session.notice === 'replaced') forgetSession()
    return session
  },
  staleTime: Infinity,
  gcTime: Infinity,
})

/** The session of the page, once the bank has said anew who is logged in. */
export function sessionAfter(before: Session | undefined, customer: Customer | null): Session {
  if (!before) return { customer }
  if (!customer) return before.customer ? { customer, notice: 'ended' } : before
  if (!before.customer) return { customer }
  return before.customer.id === customer.id ? { ...before, customer } : { customer, notice: 'replaced' }
}

/** The session of the page. */
export function useSession() {
  return useQuery(sessionQuery)
}

/** Who is logged in, for the views that only a customer sees. */
export function useCustomer(): Customer {
  const { data } = useSession()
  if (!data?.customer) throw new Error('this view is for customers')
  return data.customer
}

/**
 * Asks anew who is logged in when somebody comes back to this page, and when another page of this browser has logged
 * somebody in or out; then, if it is still the same customer, for all that is shown.
 */
export function watchSession(): void {
  const look = () => {
    if (document.visibilityState === 'visible') void lookAgain()
  }
  addEventListener('focus', look)
  document.addEventListener('visibilitychange', look)
  // In a hidden tab too: who logged out there is logged out here. A look under way may have been answered before that.
  others.addEventListener('message', () => void (looking ?? Promise.resolve()).finally(lookAgain))
}

let looking: Promise<void> | undefined

/** Coming back is told twice, by the focus and by the visibility: one look does for both. */
function lookAgain(): Promise<void> {
  looking ??= lookOnce().finally(() => (looking = undefined))
  return looking
}

async function lookOnce(): Promise<void> {
  const customerId = () => queryClient.getQueryData(sessionQuery.queryKey)?.customer?.id
  const before = customerId()
  await queryClient.refetchQueries({ queryKey: sessionQuery.queryKey })
  if (before !== undefined && before === customerId())
    await queryClient.invalidateQueries({ predicate: (query) => isOfCustomer(query) && !isOfOperator(query) })
}

/** Begins a session on this page, or says who the customer is now. */
export function beginSession(customer: Customer): void {
  settle({ customer })
}

/**
 * Does what ends the session at the bank, or gives it another id, while nothing is read: what is on its way would say first
 * that the session has ended, and so would a view that comes meanwhile. Reads that were asked for go on afterwards, unless
 * they were forgotten.
 */
export async function withoutReads(end: () => Promise<void>): Promise<void> {
  const goOn = pauseReads()
  try {
    await queryClient.cancelQueries()
    await end()
  } finally {
    // The views of an ended session go first, and what they asked for with them.
    await new Promise((resolve) => setTimeout(resolve))
    goOn()
  }
}

let pauses = 0
let before = { isOnline: true, told: true }

/** Pauses all reads until whoever else paused them lets them go on as well. */
function pauseReads(): () => void {
  if (pauses === 0) before = { isOnline: onlineManager.isOnline(), told: navigator.onLine }
  pauses += 1
  onlineManager.setOnline(false)
  return () => {
    pauses -= 1
    // A bank on this machine is read without any network too: only what changed meanwhile counts.
    if (pauses === 0)
      onlineManager.setOnline(navigator.onLine === before.told ? before.isOnline : navigator.onLine)
  }
}

/** Ends the session on this page: a customer's views go, and then what was read for them. */
export function endSession(notice: NonNullable<Session['notice']>): void {
  settle({ customer: null, notice })
}

/** What this page has learnt of the session counts more than an answer that is still on its way. */
function settle(session: Session): void {
  void queryClient.cancelQueries({ queryKey: sessionQuery.queryKey })
  queryClient.setQueryData(sessionQuery.queryKey, session)
  others.postMessage('changed')
}

/** Resolves once what the first view reads has come. */
export function untilRead(): Promise<void> {
  return new Promise((resolve) => {
    const cache = queryClient.getQueryCache()
    const unsubscribe = cache.subscribe(() => {
      const hasCome = cache.getAll().some((query) => isOfCustomer(query) && query.state.data !== undefined)
      if (!hasCome) return
      unsubscribe()
      resolve()
    })
  })
}

/** Forgets all that was read in a session, once no view is left that would read it again. */
export function forgetSession(): void {
  queryClient.removeQueries({ predicate: isOfCustomer })
}

/** What operators read is kept in a record: it is read anew only when they ask for it. */
function isOfOperator({ queryKey }: { queryKey: readonly unknown[] }): boolean {
  return String(queryKey[0]).startsWith('operator-')
}

function isOfCustomer({ queryKey }: { queryKey: readonly unknown[] }): boolean {
  return queryKey[0] !== sessionQuery.queryKey[0]
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
