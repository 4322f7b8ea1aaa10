import { describe, expect, it } from 'vitest'
import { accountKey, addressKey, tooManyAttempts } from './throttle.ts'

describe('too many attempts', () => {
  it.each([
    [1, 1, '1 second'],
    [14_001, 15, '15 seconds'],
    [90_000, 90, '90 seconds'],
    [90_001, 91, '2 minutes'],
    [900_000, 900, '15 minutes'],
  ])('with %i ms to wait say so in seconds and in words', (milliseconds, seconds, words) => {
    const refusal = tooManyAttempts(milliseconds)
    expect(refusal).toMatchObject({ code: 'too_many_attempts', retryAfterSeconds: seconds })
    expect(refusal.message).toContain(`Wait ${words}, then try again`)
  })
})

describe('failures are counted', () => {
  it('for an account however its e-mail address is spelt, without keeping it', () => {
    expect(accountKey(' Ada@Example.org ')).toBe(accountKey('ada@example.org'))
    expect(accountKey('ada@example.org')).not.toContain('ada')
  })

  it('for all addresses that one owner of IPv6 has', () => {
    expect(addressKey('2001:db8::1')).toBe(addressKey('2001:db8::ffff:2'))
    expect(addressKey('192.0.2.1')).not.toBe(addressKey('192.0.2.2'))
  })
})
