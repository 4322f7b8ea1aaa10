import { type Account, type Entry, readEntries } from './api/bank.ts'
import { isoDay } from './time.ts'

const MONTHS = 6
const ENTRIES_A_PAGE = 100
/** So many requests an account at most: a picture isn't worth more. */
const PAGES = 3

/** What moved on some accounts, without gaps from a moment on. Days and months are UTC's, as the bank's are. */
export interface Activity {
  since: Date
  /** Whether there is more before, which was too much to read. */
  isCut: boolean
  entries: Entry[]
}

/** Reads what moved on the accounts in this month and the five before, or as far back as it is little enough. */
export async function readActivity(accounts: readonly Account[], signal: AbortSignal): Promise<Activity> {
  const now = new Date()
  const wanted = startOfMonth(now, 1 - MONTHS)
  const read = await Promise.all(accounts.map(({ id }) => readSince(id, wanted, signal)))
  const since = new Date(Math.max(wanted.getTime(), ...read.map((each) => each.since.getTime())))
  const entries = read.flatMap((each) => each.entries).filter(({ createdAt }) => new Date(createdAt) >= since)
  return { since, isCut: read.some(({ isCut }) => isCut), entries }
}

async function readSince(accountId: string, wanted: Date, signal: AbortSignal): Promise<Activity> {
  const from = isoDay(wanted)
  const entries: Entry[] = []
  let cursor: string | null = null
  for (let page = 0; page < PAGES; page += 1) {
    const wantedPage = { filter: { from }, cursor, limit: ENTRIES_A_PAGE }
    const { entries: found, nextCursor } = await readEntries(accountId, wantedPage, signal)
    entries.push(...found)
    cursor = nextCursor
    if (cursor === null) return { since: wanted, isCut: false, entries }
  }
  // More may have been booked in the moment of the oldest.
  const oldest = Date.parse(entries.at(-1)?.createdAt ?? '')
  return { since: new Date(oldest + 1), isCut: true, entries }
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

/** What went to others in each month that is known as a whole, and in the present one, as far as that is known. */
export function spendingByMonth(
  ownNumbers: ReadonlySet<string>,
  { since, isCut, entries }: Activity,
  now = new Date(),
): MonthSpending[] {
  const begun = startOfMonth(since)
  const isPart = isCut && begun < since && begun < startOfMonth(now)
  const first = isPart ? startOfMonth(since, 1) : begun
  const months: MonthSpending[] = []
  for (let month = first; month <= now; month = startOfMonth(month, 1)) {
    const end = startOfMonth(month, 1)
    const spent = entries
      .filter(({ amount, counterparty }) => amount < 0 && !ownNumbers.has(counterparty))
      .filter(({ createdAt }) => new Date(createdAt) >= month && new Date(createdAt) < end)
      .reduce((sum, { amount }) => sum - amount, 0)
    months.push({ month, spent })
  }
  return months
}

/** The first moment of the month that is so many after a moment's own. */
function startOfMonth(moment: Date, later = 0): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + later, 1))
}

function startOfDay(moment: Date): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate()))
}

function dayBefore(day: Date): Date {
  return new Date(day.getTime() - 24 * 3600 * 1000)
}
