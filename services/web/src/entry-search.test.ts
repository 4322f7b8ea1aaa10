import { expect, it } from 'vitest'
import { readEntrySearch } from './entry-search.ts'

it('reads a filter from an address', () => {
  const filter = { q: 'rent', from: '2026-01-01', to: '2026-01-31', direction: 'out' }
  expect(readEntrySearch(filter)).toEqual(filter)
})

it('leaves out what the bank would not understand', () => {
  const search = { q: '  ', from: 'yesterday', to: '2026-13-01', direction: 'sideways', other: '1' }
  expect(readEntrySearch(search)).toEqual({})
})
