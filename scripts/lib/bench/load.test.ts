import { describe, expect, it } from 'vitest'
import { UserError } from '../errors.ts'
import { anyPairs, hotPairs, requireBooked, type Pairs } from './load.ts'

const many = (pairs: Pairs) => Array.from({ length: 10_000 }, pairs)

describe('pairs', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(many(anyPairs('a', 1000))).toEqual(many(anyPairs('a', 1000)))
    expect(many(anyPairs('a', 1000))).not.toEqual(many(anyPairs('b', 1000)))
  })

  it('are of two clients each, and leave nobody out', () => {
    for (const pairs of [anyPairs('a', 20), hotPairs('a', 20)]) {
      const drawn = many(pairs)
      expect(drawn.every(({ from, to }) => from !== to)).toBe(true)
      expect(new Set(drawn.map(({ from }) => from)).size).toBe(20)
      expect(new Set(drawn.map(({ to }) => to)).size).toBe(20)
      expect(Math.max(...drawn.map(({ from, to }) => Math.max(from, to)))).toBe(19)
    }
  })

  it('have the hot account in half of them, paying as often as paid', () => {
    const drawn = many(hotPairs('a', 1000))
    const [paying, paid] = [drawn.filter(({ from }) => from === 0), drawn.filter(({ to }) => to === 0)]
    expect(paying.length + paid.length).toBe(5_000)
    expect(paying.length).toBeGreaterThan(2_300)
    expect(paid.length).toBeGreaterThan(2_300)
  })
})

describe('a load', () => {
  it('counts if all but one in a thousand were booked', () => {
    const statuses = (booked: number, limited: number) =>
      new Map([
        [201, booked],
        [429, limited],
      ] as const)
    expect(() => requireBooked(statuses(9_990, 10), 0)).not.toThrow()
    expect(() => requireBooked(statuses(9_990, 10), 1)).toThrow(UserError)
    expect(() => requireBooked(statuses(9_000, 1_000), 0)).toThrow('1000 × 429')
    expect(() => requireBooked(new Map(), 0)).toThrow('no answer at all')
  })
})
