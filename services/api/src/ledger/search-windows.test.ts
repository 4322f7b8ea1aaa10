import { describe, expect, it } from 'vitest'
import { readDownwards, type Window } from './search-windows.ts'

/** Reads numbers that `fits` lets through, as a statement would. */
function reader(fits: (n: number) => boolean) {
  const windows: Window[] = []
  const read = async (window: Window) => {
    windows.push(window)
    const rows: number[] = []
    for (let n = window.before - 1; n > window.after && rows.length < window.most; n -= 1)
      if (fits(n)) rows.push(n)
    return Promise.resolve(rows)
  }
  return { windows, read }
}

describe('reading downwards', () => {
  it('takes all in one statement where each one counts', async () => {
    const { windows, read } = reader(() => true)
    const found = await readDownwards({ before: 20_001, end: 0, limit: 2, inWindows: false }, read)
    expect(found).toEqual({ rows: [20_000, 19_999, 19_998], before: 1, isDone: false })
    expect(windows).toEqual([{ before: 20_001, after: 0, most: 3 }])
  })

  it('goes window by window, without leaving out any or reading any twice', async () => {
    const { windows, read } = reader((n) => n % 5000 === 1)
    const found = await readDownwards({ before: 12_001, end: 0, limit: 9, inWindows: true }, read)
    expect(found).toEqual({ rows: [10_001, 5001, 1], before: 1, isDone: true })
    expect(windows.map(({ before, after }) => [before, after])).toEqual([
      [12_001, 7000],
      [7001, 2000],
      [2001, 0],
    ])
  })

  it('does not go below its end, and ends where there is nothing', async () => {
    const { windows, read } = reader(() => true)
    await readDownwards({ before: 12, end: 9, limit: 9, inWindows: true }, read)
    expect(windows).toEqual([{ before: 12, after: 9, most: 10 }])
    const nothing = await readDownwards({ before: 1, end: 0, limit: 9, inWindows: true }, read)
    expect(nothing).toEqual({ rows: [], before: 1, isDone: true })
  })
})
