import { describe, expect, it } from 'vitest'
import { attemptFor, isTooOld } from './attempt.ts'

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

  it('takes a new key before the bank forgets the one of before', () => {
    const before = { ...attemptFor(transfer, 'ada'), madeAt: Date.now() - 23.5 * 3_600_000 }
    expect(isTooOld(before)).toBe(true)
    expect(attemptFor(transfer, 'ada', before).key).not.toBe(before.key)
  })

  it('takes a new key when somebody else asks', () => {
    const newKey = keys()
    const before = attemptFor(transfer, 'ada', undefined, newKey)
    expect(attemptFor(transfer, 'bob', before, newKey)).toMatchObject({
      transfer,
      key: 'key-2',
      customerId: 'bob',
    })
  })
})
