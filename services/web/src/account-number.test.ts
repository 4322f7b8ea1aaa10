import { describe, expect, it } from 'vitest'
import { groupNumber, numberProblem, plainNumber } from './account-number.ts'

describe('account numbers', () => {
  it('are read with or without spaces and dashes', () => {
    expect(plainNumber(' 1234 5678-90 ')).toBe('1234567890')
  })

  it('have ten digits', () => {
    expect(numberProblem('1234567890')).toBeUndefined()
    expect(numberProblem('')).toBe("Enter the receiver's account number.")
    expect(numberProblem('12345')).toBe('An account number has 10 digits.')
    expect(numberProblem('123456789x')).toBe('An account number has 10 digits.')
  })

  it('are written in groups, and anything else as it is', () => {
    expect(groupNumber('1234567890')).toBe('1234 5678 90')
    expect(groupNumber('DwayBank')).toBe('DwayBank')
  })
})
