import { describe, expect, it } from 'vitest'
import { isAccountNumber, randomAccountNumber, withCheckDigits } from './account-number.ts'

describe('account numbers', () => {
  it('end with the check digits of ISO 7064 mod 97-10', () => {
    expect(withCheckDigits('00000001')).toBe('0000000195')
    expect(withCheckDigits('12345678')).toBe('1234567889')
    expect(Number(withCheckDigits('99999999')) % 97).toBe(1)
  })

  it('are ten digits that check', () => {
    expect(isAccountNumber('1234567889')).toBe(true)
    for (const wrong of ['1234567880', '123456780', '12345678896', '12345678o9', ' 1234567889', '']) {
      expect(isAccountNumber(wrong)).toBe(false)
    }
  })

  it('betray any wrong digit and any two neighbours swapped', () => {
    const body = '40713825'
    const right = withCheckDigits(body)
    for (let place = 0; place < 10; place++) {
      for (let digit = 0; digit < 10; digit++) {
        const typed = right.slice(0, place) + String(digit) + right.slice(place + 1)
        expect(isAccountNumber(typed)).toBe(typed === right)
      }
      const swapped =
        right.slice(0, place) + right.charAt(place + 1) + right.charAt(place) + right.slice(place + 2)
      expect(isAccountNumber(swapped)).toBe(swapped === right)
    }
  })

  it('are drawn outside the range of the bank', () => {
    for (let draw = 0; draw < 200; draw++) {
      const number = randomAccountNumber()
      expect(isAccountNumber(number)).toBe(true)
      expect(number).not.toMatch(/^0/)
    }
  })

  it('are made from exactly eight digits', () => {
    for (const body of ['1234567', '123456789', '1234567x']) {
      expect(() => withCheckDigits(body)).toThrow(RangeError)
    }
  })
})
