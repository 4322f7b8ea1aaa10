import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { accountKey, addressKey, confirmationKey, redisThrottle, tooManyAttempts } from './throttle.ts'

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

  it('of who is logged in apart from those of who logs in', async () => {
    const asked: unknown[] = []
    const redis = {
      eval: async (_script: string, _count: number, ...keys: unknown[]) => {
        asked.push(keys[0])
        return [0, 0, 0]
      },
    } as unknown as Redis
    const throttle = redisThrottle(redis, {
      ...{ failuresPerAccount: 5, failuresPerAddress: 200 },
      ...{ windowSeconds: 3600, firstWaitSeconds: 15, longestWaitSeconds: 900 },
    })
    const address = '192.0.2.1'
    await throttle.settle({ account: { email: 'ada@example.org' }, address }, false)
    await throttle.settle({ account: { customerId: '1' }, address }, false)
    expect(asked).toEqual([accountKey('ada@example.org'), confirmationKey('1')])
  })

  it('for all addresses that one owner of IPv6 has', () => {
    expect(addressKey('2001:db8::1')).toBe(addressKey('2001:db8::ffff:2'))
    expect(addressKey('192.0.2.1')).not.toBe(addressKey('192.0.2.2'))
  })
})
