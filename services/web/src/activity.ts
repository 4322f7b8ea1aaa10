import { type Account, type Entry, readEntries } from './api/bank.ts'

const MONTHS = 6
const ENTRIES_A_PAGE = 100
/** So many requests an account at most: a picture isn't worth more. */
const PAGES = 3

/** What moved on some accounts, without gaps from a moment on. */
export interface Activity {
  since: Date
  /** Whether there is more before, which was too much to read. */
  isCut: boolean
  entries: Entry[]
}

/** Reads what moved on the accounts in this month and the five before, or as far back as it is little enough. */
export async function readActivity(accounts: readonly Account[], signal: AbortSignal): Promise<Activity> {
  const now = new Date()
  const wanted = new Date(now.getFullYear(), now.getMonth() - MONTHS + 1, 1)
  const read = await Promise.all(accounts.map(({ id }) => readSince(id, wanted, signal)))
  const since = new Date(Math.max(wanted.getTime(), ...read.map((each) => each.since.getTime())))
  const entries = read.flatMap((each) => each.entries).filter(({ createdAt }) => new Date(createdAt) >= since)
  return { since, isCut: read.some(({ isCut }) => isCut), entries }
}

async function readSince(accountId: string, wanted: Date, signal: AbortSignal): Promise<Activity> {
  // The bank's days are UTC's: the one before holds the first hours of ours.
  const from = new Date(wanted.getTime() - 24 * 3600 * 1000).toISOString().slice(0, 10)
  const entries: Entry[] = []
  let cursor: string | null = null
  for (let page = 0; page < PAGES; page += 1) {
    const wantedPage = { filter: { from }, cursor, limit: ENTRIES_A_PAGE }
    const { entries: found, nextCursor } = await readEntries(accountId, wantedPage, signal)
    entries.push(...found)
    cursor = nextCursor
    if (cursor === null) return { since: wanted, isCut: false, entries }
  }
  const oldest = entries.at(-1)
  return { since: oldest ? startOfNextDay(new Date(oldest.createdAt)) : wanted, isCut: true, entries }
}

export interface DayBalance {
  day: Date
  balance: number
}

/** The sum of all balances at the end of each day, found by undoing from today's back what moved. */
export function balancesByDay(total: number, { since, entries }: Activity, now = new Date()): DayBalance[] {
  const moved = new Map<number, number>()
  for (const { createdAt, amount } of entries) {
    const day = startOfDay(new Date(createdAt)).getTime()
    moved.set(day, (moved.get(day) ?? 0) + amount)
  }
  const days: DayBalance[] = []
  let balance = total
  for (let day = startOfDay(now); day >= startOfDay(since); day = dayBefore(day)) {
    days.unshift({ day, balance })
    balance -= moved.get(day.getTime()) ?? 0
  }
  // Of the time before there was any money, a day is enough.
  const first = days.findIndex((each) => each.balance !== 0)
  return days.slice(Math.max(0, first - 1))
}

export interface MonthSpending {
  month: Date
  spent: number
}

/** What went to others in each month that is known as a whole, and in the present one. */
export function spendingByMonth(
  ownNumbers: ReadonlySet<string>,
  { since, isCut, entries }: Activity,
  now = new Date(),
): MonthSpending[] {
  const first = new Date(since.getFullYear(), since.getMonth() + (isCut && since.getDate() > 1 ? 1 : 0), 1)
  const months: MonthSpending[] = []
  for (let month = first; month <= now; month = new Date(month.getFullYear(), month.getMonth() + 1, 1)) {
    const spent = entries
      .filter(({ amount, counterparty }) => amount < 0 && !ownNumbers.has(counterparty))
      .filter(({ createdAt }) => isSameMonth(new Date(createdAt), month))
      .reduce((sum, { amount }) => sum - amount, 0)
    months.push({ month, spent })
  }
  return months
}

function startOfDay(moment: Date): Date {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate())
}

function dayBefore(day: Date): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - 1)
}

function startOfNextDay(moment: Date): Date {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + 1)
}

function isSameMonth(one: Date, other: Date): boolean {
  return one.getFullYear() === other.getFullYear() && one.getMonth() === other.getMonth()
}
