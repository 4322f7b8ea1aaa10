import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from './api/client.ts'
import { attemptFor, isTooOld, mayHaveMoved, noteOutcome, outcomeAfter, outcomeOf } from './attempt.ts'

const transfer = { fromAccountId: 'a', toAccountNumber: '1234567889', amount: 100, reference: '' }
const keys = () => {
  let last = 0
  return () => `key-${(last += 1)}`
}

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  })
})

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

  it('takes a new key once the bank has refused the one of before', () => {
    const before = attemptFor(transfer, 'ada')
    expect(outcomeOf(before)).toEqual({ is: 'unsent' })
    noteOutcome(before, { is: 'refused' })
    expect(attemptFor(transfer, 'ada', before).key).not.toBe(before.key)
  })

  it('stays the one that was carried out, however old', () => {
    const before = { ...attemptFor(transfer, 'ada'), madeAt: 0 }
    noteOutcome(before, { is: 'made', transferId: 't' })
    expect(attemptFor(transfer, 'ada', before)).toBe(before)
    expect(mayHaveMoved(transfer, before)).toBe(true)
    expect(mayHaveMoved({ ...transfer, amount: 200 }, before)).toBe(false)
  })

  it('may have moved money while the bank can still be asked by its key', () => {
    const before = attemptFor(transfer, 'ada')
    expect(mayHaveMoved(transfer, before)).toBe(false)
    noteOutcome(before, { is: 'unknown' })
    expect(attemptFor(transfer, 'ada', before)).toBe(before)
    expect(mayHaveMoved(transfer, before)).toBe(true)
    expect(mayHaveMoved(transfer, { ...before, madeAt: 0 })).toBe(false)
  })

  it('is remembered where the browser keeps nothing', () => {
    const refuse = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    vi.stubGlobal('sessionStorage', { getItem: refuse, setItem: refuse })
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const attempt = attemptFor(transfer, 'ada')
    expect(outcomeOf(attempt)).toEqual({ is: 'unsent' })
    noteOutcome(attempt, { is: 'made', transferId: 't' })
    expect(outcomeOf(attempt)).toEqual({ is: 'made', transferId: 't' })
    expect(warned).toHaveBeenCalled()
    warned.mockRestore()
  })
})

describe('what is known once sending has failed', () => {
  const [unsent, unknown] = [{ is: 'unsent' }, { is: 'unknown' }] as const
  const answer = (status: number, code: string) => new ApiError(status, code, code)

  it.each([unsent, unknown])('is that the books refused it, after $is', (before) => {
    expect(outcomeAfter(before, answer(422, 'insufficient_funds'))).toEqual({ is: 'refused' })
  })

  it.each([unsent, unknown])('is nothing without an answer, after $is', (before) => {
    for (const error of [answer(0, 'unreachable'), answer(503, 'unavailable'), new Error('of the page')])
      expect(outcomeAfter(before, error)).toEqual(unknown)
    expect(outcomeAfter(before, answer(409, 'idempotency_key_in_progress'))).toEqual(unknown)
  })

  it.each([unsent, unknown])(
    'is what was known before where the books have said nothing of it, after $is',
    (before) => {
      for (const [status, code] of [
        [401, 'unauthenticated'],
        [403, 'origin_not_allowed'],
        [408, 'request_timeout'],
        [422, 'idempotency_key_reused'],
        [429, 'too_many_requests'],
      ] as const)
        expect(outcomeAfter(before, answer(status, code))).toEqual(before)
    },
  )
})
