import { describe, expect, it } from 'vitest'
import { isAccountNumber } from '../../../services/api/src/ledger/account-number.ts'
import { Gate } from './gate.ts'
import { services, victims } from './nemesis.ts'
import { NOBODY } from './transfers.ts'
import { accountCount, OPEN, operation, OWN } from './world.ts'

const operations = Array.from({ length: 2000 }, (_, number) => operation(7, number))

describe('the operations of a seed', () => {
  it('are the same each time, and others for another seed', () => {
    expect(Array.from({ length: 50 }, (_, number) => operation(7, number))).toEqual(operations.slice(0, 50))
    expect(Array.from({ length: 50 }, (_, number) => operation(8, number))).not.toEqual(
      operations.slice(0, 50),
    )
  })

  it('have every kind and every repeat among them', () => {
    expect(new Set(operations.map(({ kind }) => kind)).size).toBe(8)
    expect(new Set(operations.map(({ repeat }) => repeat)).size).toBe(4)
  })

  it('name accounts that there are, and keep to their own where totals must stay', () => {
    for (const { from, to = 0, kind } of operations) {
      expect(Math.max(from, to)).toBeLessThan(accountCount)
      const home = (account: number) => (account < OPEN ? 'open' : Math.floor((account - OPEN) / OWN))
      expect(home(from)).toBe(home(to))
      if (kind !== 'itself' && kind !== 'nobody') expect(from === to).toBe(false)
    }
  })
})

it('an account number of nobody is a right one', () => {
  expect(isAccountNumber(NOBODY)).toBe(true)
})

describe('the nemesis', () => {
  it('kills each service once before any twice, and the node once', () => {
    for (const seed of [1, 2, 3]) {
      const order = victims(seed, 20)
      expect(order).toHaveLength(20)
      expect(order.filter((victim) => victim === 'node')).toHaveLength(1)
      expect(new Set(order.slice(0, 4))).toEqual(new Set(services))
      expect(victims(seed, 20)).toEqual(order)
    }
  })

  it('leaves the node alone when there are few kills', () => {
    expect(new Set(victims(7, 4))).toEqual(new Set(services))
    expect(victims(7, 5)).toContain('node')
    expect(victims(7, 0)).toEqual([])
  })
})

describe('the gate', () => {
  it('hands out a stretch, and the next one when it is opened', async () => {
    const gate = new Gate(4, 1)
    expect([await gate.next(), await gate.next()]).toEqual([0, 1])
    const third = gate.next()
    let open = false
    void third.then(() => (open = true))
    await Promise.resolve()
    expect(open).toBe(false)
    gate.open()
    expect(await third).toBe(2)
    expect([await gate.next(), await gate.next()]).toEqual([3, undefined])
  })

  it('hands out nothing after it was closed, also to who waits', async () => {
    const gate = new Gate(2, 1)
    await gate.next()
    const waiting = gate.next()
    gate.close()
    expect(await waiting).toBeUndefined()
  })
})
