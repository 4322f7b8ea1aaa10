import { describe, expect, it } from 'vitest'
import { isAccountNumber } from '../../../services/api/src/ledger/account-number.ts'
import { makeHistory } from './history.ts'
import { pieces } from './load.ts'
import { loadScript } from './load-script.ts'
import { makePeople } from './people.ts'
import { makePlan } from './plan.ts'
import { seededRandom, uuidAt } from './random.ts'
import { sessionCommands } from './sessions.ts'
import { parseDigests, tables, wholeDigest } from './tables.ts'

const bank = { id: '00000000-0000-4000-8000-000000000001', number: '0000000195', name: 'DwayBank' }

describe.each(['dwaybank', '1', 'another word', 'ÄÖÜ'])('the seed %s', (seed) => {
  const people = makePeople(seed, 50, bank)
  const balances: number[] = []
  const history = [...makeHistory(seed, people, 1000, balances)]

  it('has as many transfers as asked for, in the order of time and of ids', () => {
    expect(history).toHaveLength(1000)
    for (const [index, { createdAt, id }] of history.entries()) {
      const before = history[index - 1]
      if (!before) continue
      expect(createdAt).toBeGreaterThan(before.createdAt)
      expect(id > before.id).toBe(true)
    }
  })

  it('moves positive whole amounts between different accounts', () => {
    for (const { amount, from, to } of history) {
      expect(Number.isSafeInteger(amount) && amount > 0).toBe(true)
      expect(from).not.toBe(to)
    }
  })

  it('continues every balance and overdraws nobody but the bank', () => {
    const running = people.accounts.map(() => 0)
    for (const { from, to, amount, fromBalance, toBalance } of history) {
      running[from] = (running[from] ?? 0) - amount
      running[to] = (running[to] ?? 0) + amount
      expect([running[from], running[to]]).toEqual([fromBalance, toBalance])
    }
    expect(running).toEqual(balances)
    expect(Math.min(...balances.slice(1))).toBeGreaterThanOrEqual(0)
    expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(0)
  })

  it('books nothing on an account before it was opened', () => {
    for (const { from, to, createdAt } of history) {
      for (const account of [from, to]) {
        expect(people.accounts[account]?.createdAt).toBeLessThanOrEqual(createdAt)
      }
    }
  })

  it('has people and accounts that the tables accept', () => {
    for (const { email, name, role } of people.customers) {
      if (role === 'customer') expect(email).toMatch(/^[a-z]+\.[a-z]+\.\d+@dwaybank\.example$/)
      expect(name).not.toMatch(/[\t\n\\]/)
    }
    for (const { number } of people.accounts) expect(isAccountNumber(number)).toBe(true)
    for (const key of ['id', 'number'] as const) {
      expect(new Set(people.accounts.map((account) => account[key])).size).toBe(people.accounts.length)
    }
    for (const rows of [people.customers, people.accounts]) {
      const ids = rows.map(({ id }) => id)
      expect(ids.toSorted()).toEqual(ids)
    }
  })
})

describe('a plan', () => {
  it('has the same digest for the same seed and size, and another for any other', () => {
    const digest = makePlan('dwaybank', 1000, bank).digest
    expect(makePlan('dwaybank', 1000, bank).digest).toBe(digest)
    expect(makePlan('dwaybanc', 1000, bank).digest).not.toBe(digest)
    expect(makePlan('dwaybank', 1001, bank).digest).not.toBe(digest)
  })

  it('becomes a script that commits nothing by itself', () => {
    const script = [...loadScript(makePlan('dwaybank', 100, bank), 'HASH', false)].join('')
    expect(script.startsWith('begin;')).toBe(true)
    expect(script).not.toContain('commit')
    expect(script).not.toContain('truncate')
    expect(script.match(/^\\\.$/gm)).toHaveLength(4)
    expect(script.match(/\tHASH$/gm)).toHaveLength(6)
  })

  it('keeps every character when small strings are joined', () => {
    expect([...pieces(['ab', 'c', 'defg', 'h'], 3)]).toEqual(['abc', 'defg', 'h'])
  })
})

describe('digests that psql printed', () => {
  const lines = tables.map((_, index) => `${String(index).repeat(64)}  -\n`)
  it('are read when all are there, and not before', () => {
    expect(parseDigests(lines.slice(1).join(''))).toBeUndefined()
    expect(wholeDigest(parseDigests(lines.join('')) ?? expect.fail())).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('random numbers', () => {
  it('are spread evenly and repeat for the same words', () => {
    const [one, two] = [seededRandom('x'), seededRandom('x')]
    const counts = Array.from({ length: 10 }, () => 0)
    for (let draw = 0; draw < 10_000; draw += 1) {
      const digit = one.below(10)
      expect(two.below(10)).toBe(digit)
      counts[digit] = (counts[digit] ?? 0) + 1
    }
    expect(Math.min(...counts)).toBeGreaterThan(900)
    expect(Math.max(...counts)).toBeLessThan(1100)
  })

  it('make UUIDs of version 7 that sort by time', () => {
    const random = seededRandom('ids')
    const ids = Array.from({ length: 100 }, (_, index) => uuidAt(1_750_000_000_000 + index, random))
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(ids.toSorted()).toEqual(ids)
  })
})

describe('sessions', () => {
  it('are written under hashes, for the first people, and expire', () => {
    const { customers } = makePeople('dwaybank', 9, bank)
    const commands = sessionCommands('dwaybank', customers, new Date(0))
    expect(
      commands.filter((command) => /^SET session:[0-9a-f]{64} '\{.+\}' EX \d+$/.test(command)),
    ).toHaveLength(5)
    expect(commands).toEqual(sessionCommands('dwaybank', customers, new Date(0)))
  })
})
