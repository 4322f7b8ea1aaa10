import type { ReactNode } from 'react'
import { useMessages } from '../language.ts'
import { Failure, Notice } from './feedback.tsx'
import styles from './loaded.module.css'

interface LoadedProps<T> {
  query: {
    data: T | undefined
    error: Error | null
    failureCount: number
    /** A further page of a list failed: its end says so. */
    isFetchNextPageError?: boolean
    refetch: () => Promise<unknown>
  }
  /** What is on its way, for who doesn't see the skeleton. */
  what: string
  /** Has the size of what will be in its place. */
  skeleton: ReactNode
  children: (data: T) => ReactNode
}

/** Shows what was read of the bank, or that it is on its way, is being tried again, or failed. */
export function Loaded<T>({ query, what, skeleton, children }: LoadedProps<T>) {
  const messages = useMessages()
  const { data, failureCount } = query
  const error = query.isFetchNextPageError ? null : query.error
  if (data !== undefined)
    return (
      <>
        {error && <Failure error={error} onRetry={() => void query.refetch()} />}
        {children(data)}
      </>
    )
  if (error) return <Failure error={error} onRetry={() => void query.refetch()} />
  return (
    <div className={styles['waiting']}>
      {failureCount > 0 && <Notice isWarning>{messages.restarting}</Notice>}
      <div role="status">
        <span className="visually-hidden">{messages.loading(what)}</span>
        {skeleton}
      </div>
    </div>
  )
}
