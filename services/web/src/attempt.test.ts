import { describe, expect, it } from 'vitest'
import { createAttempt } from './attempt.ts'

describe('an attempt', () => {
  it('keeps its key over retries of the same content', () => {
    const attempt = createAttempt<{ amount: number }>()
    expect(attempt.keyFor({ amount: 1 })).toBe(attempt.keyFor({ amount: 1 }))
  })

  it('takes a new key when the content changes', () => {
    const attempt = createAttempt<{ amount: number }>()
    expect(attempt.keyFor({ amount: 1 })).not.toBe(attempt.keyFor({ amount: 2 }))
  })

  it('takes a new key for the same content once the outcome of the last one is known', () => {
    const attempt = createAttempt<{ amount: number }>()
    const first = attempt.keyFor({ amount: 1 })
    attempt.settle()
    expect(attempt.keyFor({ amount: 1 })).not.toBe(first)
  })
})
