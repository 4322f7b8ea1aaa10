import { describe, expect, it } from 'vitest'
import { hashPassword, hashPasswordWithSalt, PasswordHashError, verifyPassword } from './password.ts'

describe('passwords', () => {
  it('are stored as argon2id with a salt of their own', async () => {
    const [one, two] = await Promise.all([hashPassword('same'), hashPassword('same')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(one).not.toBe(two)
  })

  it('are recognized, and nothing else is', async () => {
    const stored = await hashPassword('correct horse')
    expect(await verifyPassword('correct horse', stored)).toBe(true)
    expect(await verifyPassword('correct horsf', stored)).toBe(false)
  })

  it('are the same however a keyboard composes a letter', async () => {
    expect(await verifyPassword('e\u0301te\u0301', await hashPassword('\u00e9t\u00e9'))).toBe(true)
  })

  it('are never right for a customer who does not exist', async () => {
    expect(await verifyPassword('anything', undefined)).toBe(false)
  })

  it('hash the same with the same salt', async () => {
    const stored = hashPasswordWithSalt('seeded', Buffer.alloc(16, 7))
    expect(hashPasswordWithSalt('seeded', Buffer.alloc(16, 7))).toBe(stored)
    expect(await verifyPassword('seeded', stored)).toBe(true)
  })

  it('are not compared with what is no hash', async () => {
    await expect(verifyPassword('x', 'plain text')).rejects.toThrow(PasswordHashError)
  })
})
