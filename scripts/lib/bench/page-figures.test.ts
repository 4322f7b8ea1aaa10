import { expect, it } from 'vitest'
import { layoutShift } from './page-figures.ts'

const shifts = (...of: [at: number, value: number][]) => of.map(([at, value]) => ({ at, value }))

it('a page in which nothing moved has no layout shift', () => {
  expect(layoutShift([])).toBe(0)
})

it('shifts are summed up while less than a second lies between them', () => {
  expect(layoutShift(shifts([100, 0.25], [1_000, 0.5], [2_100, 0.125]))).toBe(0.75)
})

it('the worst sum counts, of five seconds at most', () => {
  const often = Array.from({ length: 12 }, (_, index): [number, number] => [index * 900, 0.125])
  expect(layoutShift(shifts(...often))).toBe(0.75)
  expect(layoutShift(shifts([0, 0.5], [3_000, 0.25]))).toBe(0.5)
})
