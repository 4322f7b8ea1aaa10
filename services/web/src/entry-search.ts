import type { EntryFilter } from './api/bank.ts'

const DAY = /^[1-9]\d{3}-\d{2}-\d{2}$/

/** Reads a filter from the search part of an address; what is none there is left out. */
export function readEntrySearch(search: Record<string, unknown>): EntryFilter {
  const text = (name: string) => (typeof search[name] === 'string' ? search[name].trim() : '')
  const day = (name: string) => {
    const written = text(name)
    return DAY.test(written) && !Number.isNaN(Date.parse(written)) ? written : undefined
  }
  const direction = text('direction')
  const [q, from, to] = [text('q').slice(0, 140), day('from'), day('to')]
  return {
    ...(q && { q }),
    ...(from && { from }),
    ...(to && { to }),
    ...((direction === 'in' || direction === 'out') && { direction }),
  }
}
