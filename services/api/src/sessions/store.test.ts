import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { Unavailable } from '../errors.ts'
import { redisSessions, secondsLeft } from './store.ts'

const lifetime = { idleSeconds: 60, absoluteSeconds: 3600 }

describe('the absolute expiry of a session', () => {
  const session = { customerId: 'c1', createdAt: '2026-01-01T00:00:00.000Z' }

  it('counts from the login', () => {
    expect(secondsLeft(session, lifetime, Date.parse('2026-01-01T00:59:00.000Z'))).toBe(60)
  })

  it('is over when its time has come', () => {
    expect(secondsLeft(session, lifetime, Date.parse('2026-01-01T01:00:00.000Z'))).toBe(0)
  })
})

describe('the sessions', () => {
  const countIn = (scan: (cursor: string, ...options: unknown[]) => Promise<[string, string[]]>) =>
    redisSessions({ scan } as unknown as Redis, lifetime).count()

  it('are counted in bounded steps, up to the end and past steps that find none', async () => {
    const steps: unknown[][] = []
    const replies: Record<string, [string, string[]]> = {
      0: ['17', ['session:a', 'session:b']],
      17: ['5', []],
      5: ['0', ['session:c']],
    }
    const counted = await countIn(async (cursor, ...options) => {
      steps.push([cursor, ...options])
      return replies[cursor] ?? ['0', []]
    })
    expect(counted).toBe(3)
    expect(steps).toEqual(['0', '17', '5'].map((cursor) => [cursor, 'MATCH', 'session:*', 'COUNT', 1000]))
  })

  it('are not counted while Redis does not answer', async () => {
    const counted = countIn(() => Promise.reject(new Error('Command timed out')))
    await expect(counted).rejects.toBeInstanceOf(Unavailable)
  })
})
