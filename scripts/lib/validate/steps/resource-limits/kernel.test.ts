import { expect, it } from 'vitest'
import { quantity } from './kernel.ts'

it.each([
  ['250m', 0.25],
  ['1', 1],
  ['64Mi', 64 * 2 ** 20],
  ['1Gi', 2 ** 30],
])('%s is %d', (text, number) => {
  expect(quantity(text)).toBe(number)
})

it.each(['', 'much', '1Zi'])("'%s' is no quantity", (text) => {
  expect(quantity(text)).toBeNaN()
})
