import { describe, expect, it } from 'vitest'
import { attemptFor } from './attempt.ts'

const transfer = { fromAccountId: 'a', toAccountNumber: '1234567889', amount: 100, reference: '' }
const keys = () => {
  let last = 0
  return () => `key-${(last += 1)}`
}

describe('an attempt', () => {
  it('keeps its key while the transfer is the same', () => {
    const before = attemptFor(transfer, 'ada')
    expect(attemptFor({ ...transfer }, 'ada', before)).toBe(before)
  })

  it('takes a new key when the transfer changes', () => {
    const newKey = keys()
    const before = attemptFor(transfer, 'ada', undefined, newKey)
    expect(attemptFor({ ...transfer, amount: 200 }, 'ada', before, newKey).key).not.toBe(before.key)
  })

  it('takes a new key when somebody else asks', () => {
    const newKey = keys()
    const before = attemptFor(transfer, 'ada', undefined, newKey)
    expect(attemptFor(transfer, 'bob', before, newKey)).toEqual({ transfer, key: 'key-2', customerId: 'bob' })
  })
})
