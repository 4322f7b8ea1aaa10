import { type HistoryState, useLocation } from '@tanstack/react-router'
import { useState } from 'react'

/** What the browser's history keeps for this entry; the key tells entries apart. */
export type EntryState = HistoryState & { __TSR_key?: string }

/**
 * The state of the history entry that shows the view at this address. It stays what it was while another view is on its
 * way: the address is that one's already, but this view is still there.
 */
export function useEntryState(pathname: string): EntryState {
  const now = useLocation({
    select: (location) => (location.pathname === pathname ? (location.state as EntryState) : undefined),
  })
  const [last, setLast] = useState<EntryState>(now ?? {})
  if (now && now.__TSR_key !== last.__TSR_key) setLast(now)
  return last
}
