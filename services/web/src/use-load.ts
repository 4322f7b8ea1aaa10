import { useCallback, useEffect, useState } from 'react'
import { messageOf, useExpiry } from './session.tsx'

export type Loaded<T> =
  { state: 'loading' } | { state: 'failed'; message: string } | { state: 'ready'; data: T }

/** Loads what a view needs, again whenever `load` changes (give it by useCallback) or `reload` is called. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>): [Loaded<T>, () => void] {
  const [result, setResult] = useState<Loaded<T>>({ state: 'loading' })
  const [round, setRound] = useState(0)
  const expired = useExpiry()

  useEffect(() => {
    const abort = new AbortController()
    setResult({ state: 'loading' })
    load(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setResult({ state: 'ready', data })
      },
      (error: unknown) => {
        if (abort.signal.aborted || expired(error)) return
        setResult({ state: 'failed', message: messageOf(error) })
      },
    )
    return () => abort.abort()
  }, [load, round, expired])

  return [result, useCallback(() => setRound((last) => last + 1), [])]
}
