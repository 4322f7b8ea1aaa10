import { describe, expect, it } from 'vitest'
import { inTurns, median, quantile, rounded } from './measure.ts'

describe('figures', () => {
  it('have the middle value as their median, whatever their order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([])).toBeNaN()
  })

  it('have one in a hundred above their 99th percentile', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index)
    expect(quantile(hundred, 0.99)).toBe(99)
    expect(quantile(hundred, 1)).toBe(99)
  })

  it('are written as short as they are read', () => {
    expect([1234.56, 12.345, 1.2345, 0.12345].map(rounded)).toEqual(['1,235', '12.3', '1.23', '0.123'])
  })
})

describe('two ways', () => {
  it('are measured in turns, each of them first as often as the other', async () => {
    const order: string[] = []
    const note = (name: string) => async (turn: number) => {
      order.push(`${name}${turn}`)
      return turn
    }
    const results = await inTurns(3, note('a'), note('b'))
    expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2'])
    expect(results).toEqual({ first: [0, 1, 2], second: [0, 1, 2] })
  })
})
