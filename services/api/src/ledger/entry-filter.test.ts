import { describe, expect, it } from 'vitest'
import { checkFilter, isSearch } from './entry-filter.ts'

describe('filters', () => {
  it('that contradict themselves are refused', () => {
    expect(() => checkFilter({ from: '2026-02-02', to: '2026-02-01' })).toThrow('from is a day after to')
    expect(() => checkFilter({ minAmount: 2, maxAmount: 1 })).toThrow('minAmount is more than maxAmount')
  })

  it('may mean one day and one amount', () => {
    checkFilter({ from: '2026-02-01', to: '2026-02-01', minAmount: 2, maxAmount: 2 })
    checkFilter({})
  })

  it('are a search unless they are by days alone', () => {
    expect(isSearch({ from: '2026-02-01', to: '2026-02-01' })).toBe(false)
    for (const filter of [{ q: 'a' }, { minAmount: 1 }, { maxAmount: 1 }, { direction: 'in' as const }]) {
      expect(isSearch(filter)).toBe(true)
    }
  })
})
