import { describe, expect, it } from 'vitest'
import { secondsLeft } from './store.ts'

describe('the absolute expiry of a session', () => {
  const session = { customerId: 'c1', createdAt: '2026-01-01T00:00:00.000Z' }
  const lifetime = { idleSeconds: 60, absoluteSeconds: 3600 }

  it('counts from the login', () => {
    expect(secondsLeft(session, lifetime, Date.parse('2026-01-01T00:59:00.000Z'))).toBe(60)
  })

  it('is over when its time has come', () => {
    expect(secondsLeft(session, lifetime, Date.parse('2026-01-01T01:00:00.000Z'))).toBe(0)
  })
})
