import { describe, expect, it } from 'vitest'
import { formatMoney, parseAmount, totals } from './money.ts'

describe('parseAmount', () => {
  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12,50', 1250],
    ['12.', 1200],
    [' 0.01 ', 1],
    ['1 234.50', 123450],
    ['1\u00a0234\u00a0567,89', 123456789],
    ['1.10', 110],
    ['0.29', 29],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('reads %j as %i minor units', (text, minor) => {
    expect(parseAmount(text, 'EUR')).toEqual({ ok: true, minor })
  })

  it.each([
    ['', 'Enter an amount.'],
    ['0.00', 'Enter an amount above zero.'],
    ['-5', 'Write the amount with digits alone, for example 12.50.'],
    ['€5', 'Write the amount with digits alone, for example 12.50.'],
    ['1e3', 'Write the amount with digits alone, for example 12.50.'],
    ['1 2', 'Write the amount with digits alone, for example 12.50.'],
    ['1,234.50', 'Write the amount with digits alone, for example 12.50.'],
    ['1,234', 'Write at most 2 decimals, and no thousands separators.'],
    ['0.001', 'Write at most 2 decimals, and no thousands separators.'],
    ['90071992547409.92', 'This amount is too large.'],
  ])('refuses %j and says why', (text, problem) => {
    expect(parseAmount(text, 'EUR')).toEqual({ ok: false, problem })
  })

  it('follows the decimals of the currency', () => {
    expect(parseAmount('1500', 'JPY')).toEqual({ ok: true, minor: 1500 })
    expect(parseAmount('15.5', 'JPY')).toMatchObject({ ok: false })
    expect(parseAmount('1.234', 'KWD')).toEqual({ ok: true, minor: 1234 })
  })
})

describe('formatMoney', () => {
  it('writes minor units with their currency', () => {
    expect(formatMoney(123450, 'EUR')).toBe('€1,234.50')
    expect(formatMoney(5, 'EUR')).toBe('€0.05')
    expect(formatMoney(1500, 'JPY')).toMatch(/1,500$/)
  })

  it('keeps every digit of the largest balance', () => {
    expect(formatMoney(Number.MAX_SAFE_INTEGER, 'EUR')).toBe('€90,071,992,547,409.91')
  })

  it('shows a sign where it is asked to', () => {
    expect(formatMoney(-7, 'EUR')).toBe('-€0.07')
    expect(formatMoney(1250, 'EUR', 'exceptZero')).toBe('+€12.50')
    expect(formatMoney(0, 'EUR', 'exceptZero')).toBe('€0.00')
  })
})

describe('totals', () => {
  it('adds up each currency by itself', () => {
    const accounts = [
      { balance: 1050, currency: 'EUR' },
      { balance: 300, currency: 'SEK' },
      { balance: -50, currency: 'EUR' },
    ]
    expect(totals(accounts)).toEqual([
      { currency: 'EUR', minor: 1000 },
      { currency: 'SEK', minor: 300 },
    ])
  })
})
