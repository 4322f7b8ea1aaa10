import { describe, expect, it } from 'vitest'
import {
  customerSessionsKey,
  isSessionId,
  newSessionId,
  publicSessionId,
  readSession,
  sessionHash,
  sessionKey,
} from './session-key.ts'

describe('session ids', () => {
  it('are 32 random bytes in base64url', () => {
    const id = newSessionId()
    expect(Buffer.from(id, 'base64url')).toHaveLength(32)
    expect(isSessionId(id)).toBe(true)
    expect(newSessionId()).not.toBe(id)
  })

  it('are recognized by their form', () => {
    for (const id of ['', 'short', `${newSessionId()}=`, '*'.repeat(43)]) expect(isSessionId(id)).toBe(false)
  })

  it('appear in no key, only their SHA-256 does', () => {
    const hash = sessionHash('abc')
    expect(sessionKey(hash)).toBe('session:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect(customerSessionsKey('c1')).toBe('customer-sessions:c1')
  })
  it('are shown under a name that is neither the id nor its hash', () => {
    const hash = sessionHash('abc')
    expect(publicSessionId(hash)).toMatch(/^[0-9a-f]{16}$/)
    expect(hash).not.toContain(publicSessionId(hash))
    expect(publicSessionId(hash)).not.toBe(publicSessionId(sessionHash('abd')))
  })
})

describe('a stored session', () => {
  it('of a previous release is read as one of a customer on an unknown device', () => {
    const createdAt = '2026-01-01T00:00:00.000Z'
    expect(readSession(JSON.stringify({ customerId: 'c1', createdAt }))).toEqual({
      customerId: 'c1',
      role: 'customer',
      device: 'Unknown device',
      address: 'unknown',
      createdAt,
      lastUsedAt: createdAt,
    })
  })
})
