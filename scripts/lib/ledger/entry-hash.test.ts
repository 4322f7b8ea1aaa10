import { expect, it } from 'vitest'
import { entryHash, NO_HASH } from './entry-hash.ts'

// What PostgreSQL says to the definition, entered by hand:
//   select encode(sha256(decode(repeat('00', 32), 'hex') || convert_to('1|1|…|1751328000000000', 'UTF8')), 'hex')
const first = '1b02b455e12bc1ec2aa6a8f16852a48160fc167a6f9b9631411c14e4748e26c9'
const second = '62959f9a35c929d4e7c397dcc561435af495861abedaf717245aeb565c4b3c36'

const entry = {
  id: 1,
  sequence: 1,
  transferId: '01979e3a-7c00-7abc-8def-0123456789ab',
  accountId: '00000000-0000-4000-8000-000000000001',
  currency: 'EUR',
  amount: -100_000,
  balanceAfter: -100_000,
  createdAt: 1_751_328_000,
}

it('an entry has the hash that the database gives it', () => {
  expect(entryHash(NO_HASH, entry)).toBe(first)
})

it('the hash before it counts', () => {
  const next = { ...entry, id: 23, sequence: 2, amount: 250, balanceAfter: -99_750, createdAt: 1_751_328_061 }
  expect(entryHash(first, next)).toBe(second)
})

it('every fact counts', () => {
  const facts = Object.keys(entry) as (keyof typeof entry)[]
  const hashes = facts.map((fact) => entryHash(NO_HASH, { ...entry, [fact]: 7 }))
  expect(new Set([first, ...hashes]).size).toBe(facts.length + 1)
})
