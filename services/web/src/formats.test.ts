import { expect, it } from 'vitest'
import { numberFormat, timeFormat } from './formats.ts'

it('a format is made once for each locale and its options', () => {
  const euros = () => numberFormat('en-IE', { style: 'currency', currency: 'EUR' })
  expect(euros()).toBe(euros())
  expect(numberFormat('de-DE', { style: 'currency', currency: 'EUR' })).not.toBe(euros())
  expect(numberFormat('en-IE', { style: 'currency', currency: 'JPY' }).format(12)).toMatch(/[^.]12$/)
  expect(euros().format(12)).toBe('€12.00')
  const month = () => timeFormat('en-IE', { month: 'long', timeZone: 'UTC' })
  expect(month()).toBe(month())
  expect(month().format(new Date(0))).toBe('January')
})
