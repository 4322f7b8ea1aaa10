import { describe, expect, it } from 'vitest'
import { type Activity, balancesByDay, spendingByMonth } from './activity.ts'
import type { Entry } from './api/bank.ts'

const now = new Date(Date.UTC(2026, 10, 3, 12))

function entry(createdAt: Date, amount: number, counterparty = '1234567889'): Entry {
  const rest = { id: '1', transferId: '1', balance: 0, reference: '', counterpartyName: '' }
  return { ...rest, amount, counterparty, createdAt: createdAt.toISOString() }
}

const activity = (entries: Entry[], isCut = false, since = new Date(Date.UTC(2026, 9, 30))): Activity => ({
  since,
  isCut,
  entries,
})

describe('balancesByDay', () => {
  it('undoes what moved, day by day, from the present sum on', () => {
    const days = balancesByDay(
      500,
      activity([
        entry(new Date(Date.UTC(2026, 10, 3, 9)), -100),
        entry(new Date(Date.UTC(2026, 10, 1, 23)), 250),
      ]),
      now,
    )
    expect(days.map(({ day, balance }) => [day.getUTCDate(), balance])).toEqual([
      [30, 350],
      [31, 350],
      [1, 600],
      [2, 600],
      [3, 500],
    ])
  })
})

it('begins with the last day before there was any money', () => {
  const days = balancesByDay(70, activity([entry(new Date(Date.UTC(2026, 10, 2, 9)), 70)]), now)
  expect(days.map(({ day, balance }) => [day.getUTCDate(), balance])).toEqual([
    [1, 0],
    [2, 70],
    [3, 70],
  ])
})

describe('spendingByMonth', () => {
  const entries = [
    entry(new Date(Date.UTC(2026, 10, 1)), -30),
    entry(new Date(Date.UTC(2026, 9, 31)), -7),
    entry(new Date(Date.UTC(2026, 9, 31)), 1000),
    entry(new Date(Date.UTC(2026, 9, 31)), -500, '9999999999'),
  ]

  it('sums up what went out to others', () => {
    const months = spendingByMonth(new Set(['9999999999']), activity(entries), now)
    expect(months.map(({ month, spent }) => [month.getUTCMonth(), spent])).toEqual([
      [9, 7],
      [10, 30],
    ])
  })

  it('leaves out a month of which only a part is known', () => {
    const months = spendingByMonth(new Set(), activity(entries, true), now)
    expect(months.map(({ month }) => month.getUTCMonth())).toEqual([10])
  })

  it('sums up what is known of the present month, where even that has too many movements', () => {
    const since = new Date(Date.UTC(2026, 10, 3, 8))
    const known = [entry(new Date(Date.UTC(2026, 10, 3, 9)), -40)]
    const months = spendingByMonth(new Set(), activity(known, true, since), now)
    expect(months.map(({ month, spent }) => [month.getUTCMonth(), spent])).toEqual([[10, 40]])
    expect(balancesByDay(500, activity(known, true, since), now)).toEqual([
      { day: new Date(Date.UTC(2026, 10, 3)), balance: 500 },
    ])
  })
})
