import { QueryClient } from '@tanstack/react-query'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Entries, EntriesWanted, Entry } from './api/bank.ts'
import { continued, entriesQuery } from './queries.ts'

const entry = (id: number) => ({ id: String(id) }) as Entry
const pageOf = (ids: number[], nextCursor: string | null): Entries => ({
  entries: ids.map(entry),
  nextCursor,
  searchedTo: null,
})
const idsOf = (pages: Entries[]) => pages.map(({ entries }) => entries.map(({ id }) => Number(id)))

describe('the newest page of a history', () => {
  const known = pageOf([5, 4, 3], 'before 3')

  it('is put before what is known, and goes on where that did', () => {
    expect(continued(pageOf([7, 6, 5], 'before 5'), known)).toEqual(pageOf([7, 6, 5, 4, 3], 'before 3'))
    expect(continued(pageOf([5, 4, 3], 'before 3'), known)).toEqual(known)
  })

  it('stands alone where it does not reach what is known, or has all there is', () => {
    const newest = pageOf([9, 8, 7], 'before 7')
    expect(continued(newest, known)).toBe(newest)
    const all = pageOf([5, 4, 3], null)
    expect(continued(all, known)).toBe(all)
    const none = pageOf([], null)
    expect(continued(none, none)).toBe(none)
  })
})

describe('a history that was read', () => {
  let booked: number
  let asked: (string | null | undefined)[]
  let client: QueryClient

  /** Two entries a page, down to 1. */
  const read = (_accountId: string, { cursor }: EntriesWanted): Promise<Entries> => {
    asked.push(cursor)
    const first = cursor ? Number(cursor) - 1 : booked
    return Promise.resolve(pageOf([first, first - 1], first > 2 ? String(first - 1) : null))
  }
  const query = () => entriesQuery('account', {}, read)
  const known = () => idsOf(client.getQueryData(query().queryKey)?.pages ?? [])

  beforeEach(async () => {
    booked = 8
    asked = []
    client = new QueryClient()
    await client.infiniteQuery({ ...query(), pages: 3 })
    expect(known()).toEqual([
      [8, 7],
      [6, 5],
      [4, 3],
    ])
    asked = []
  })

  it('is read anew by its newest page alone', async () => {
    booked = 9
    await client.refetchQueries({ queryKey: query().queryKey })
    expect(asked).toEqual([null])
    expect(known()).toEqual([
      [9, 8, 7],
      [6, 5],
      [4, 3],
    ])
  })

  it('is read anew as a whole where more came than a page holds', async () => {
    booked = 12
    await client.refetchQueries({ queryKey: query().queryKey })
    expect(asked).toEqual([null, '11', '9'])
    expect(known()).toEqual([
      [12, 11],
      [10, 9],
      [8, 7],
    ])
  })
})
