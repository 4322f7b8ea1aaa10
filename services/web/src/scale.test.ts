import { describe, expect, it } from 'vitest'
import { axisTicks } from './scale.ts'

describe('axisTicks', () => {
  it.each([
    [
      [100_000, 98_750],
      [0, 50_000, 100_000],
    ],
    [
      [0, 120],
      [0, 50, 100, 150],
    ],
    [
      [-120, 300],
      [-200, 0, 200, 400],
    ],
  ])('of %j are %j', (values, ticks) => {
    expect(axisTicks(values)).toEqual(ticks)
  })

  it('has an axis for nothing at all', () => {
    expect(axisTicks([])).toEqual([0, 100])
    expect(axisTicks([0, 0])).toEqual([0, 100])
  })
})
