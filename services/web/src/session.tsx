import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import * as bank from './api/bank.ts'
import { ApiError } from './api/client.ts'

export type SessionState =
  | { state: 'checking' }
  | { state: 'unknown'; message: string }
  | { state: 'out'; notice: string | null }
  | { state: 'in'; customer: bank.Customer }

interface Session {
  current: SessionState
  begin(customer: bank.Customer): void
  /** Ends the session on this page; the notice says why, where the customer did not ask for it. */
  end(notice?: string): void
  retry(): void
}

const SessionContext = createContext<Session | null>(null)

/** Asks once who is logged in, and keeps the answer for every view below. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [current, setCurrent] = useState<SessionState>({ state: 'checking' })
  const [round, setRound] = useState(0)

  useEffect(() => {
    const abort = new AbortController()
    bank.readCustomer(abort.signal).then(
      (customer) => setCurrent({ state: 'in', customer }),
      (error: unknown) => {
        if (abort.signal.aborted) return
        if (error instanceof ApiError && error.status === 401) setCurrent({ state: 'out', notice: null })
        else setCurrent({ state: 'unknown', message: messageOf(error) })
      },
    )
    return () => abort.abort()
  }, [round])

  const begin = useCallback((customer: bank.Customer) => setCurrent({ state: 'in', customer }), [])
  const end = useCallback((notice?: string) => setCurrent({ state: 'out', notice: notice ?? null }), [])
  const retry = useCallback(() => {
    setCurrent({ state: 'checking' })
    setRound((last) => last + 1)
  }, [])
  const session = useMemo(() => ({ current, begin, end, retry }), [current, begin, end, retry])
  return <SessionContext value={session}>{children}</SessionContext>
}

/** The session of the page. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession needs a SessionProvider above it')
  return session
}

/** What to tell the customer about an error. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message
  return 'Something went wrong on this page. Load it again.'
}

/** Ends the session when an error says that it is over; returns whether it did. */
export function useExpiry(): (error: unknown) => boolean {
  const { current, end } = useSession()
  const isIn = current.state === 'in'
  return useCallback(
    (error) => {
      const over = isIn && error instanceof ApiError && error.status === 401
      if (over) end('Your session has ended. Log in again to go on.')
      return over
    },
    [isIn, end],
  )
}
