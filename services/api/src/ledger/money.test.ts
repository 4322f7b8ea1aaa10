import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalAmount, groupedAmount } from './money.ts'

describe('amounts as decimals', () => {
  it.each([
    [0, 'EUR', '0.00'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [123450, 'EUR', '1234.50'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91'],
    [-Number.MAX_SAFE_INTEGER, 'EUR', '-90071992547409.91'],
    [1234, 'JPY', '1234'],
    [1234, 'KWD', '1.234'],
  ])('%i of %s is %s', (minor, currency, text) => {
    expect(decimalAmount(minor, currency)).toBe(text)
  })

  it('keep every minor unit', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('EUR', 'JPY', 'KWD'), (minor, currency) => {
        expect(Number(decimalAmount(minor, currency).replace('.', ''))).toBe(minor)
      }),
    )
  })

  it.each([
    [99_999, 'EUR', '999.99'],
    [100_000, 'EUR', '1,000.00'],
    [-123_456_789, 'EUR', '-1,234,567.89'],
    [1_234_567, 'JPY', '1,234,567'],
    [1_234_567, 'KWD', '1,234.567'],
  ])('are grouped for people: %i of %s is %s', (minor, currency, text) => {
    expect(groupedAmount(minor, currency)).toBe(text)
  })
})
