import { useEffect, useRef, useState } from 'react'
import { groupNumber } from '../account-number.ts'
import { type Account, type Entries, type Entry, readEntries } from '../api/bank.ts'
import { formatMoney } from '../money.ts'
import { announce } from '../parts/announcer.tsx'
import { Alert } from '../parts/feedback.tsx'
import { Money } from '../parts/money.tsx'
import { messageOf, useExpiry } from '../session.tsx'
import { formatClock, formatDay } from '../time.ts'

/** The movements of an account by day, a page at a time. */
export function EntryList({ account, first }: { account: Account; first: Entries }) {
  const { pages, isMore, busy, problem, more } = usePages(account.id, first)
  const firstNew = useRef<HTMLLIElement>(null)
  const entries = pages.flatMap((page) => page.entries)
  const added = pages.length > 1 ? (pages.at(-1)?.entries ?? []) : []
  const firstNewId = added[0]?.id

  useEffect(() => {
    if (firstNewId === undefined) return
    announce(`${added.length} more movements are shown.`)
    firstNew.current?.focus()
  }, [firstNewId, added.length])

  if (entries.length === 0) return <p className="empty">Nothing has moved on this account yet.</p>
  return (
    <>
      {byDay(entries).map(([day, ofDay]) => (
        <section className="day" key={day} aria-label={day}>
          <h2>{day}</h2>
          <ul>
            {ofDay.map((entry) => (
              <li
                className="entry"
                key={entry.id}
                ref={entry.id === firstNewId ? firstNew : undefined}
                tabIndex={entry.id === firstNewId ? -1 : undefined}
              >
                <EntryRow entry={entry} currency={account.currency} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {problem && <Alert>{problem}</Alert>}
      {isMore && (
        <button type="button" className="button wide" aria-busy={busy} aria-disabled={busy} onClick={more}>
          Load more
          {busy && <span className="spinner" aria-hidden="true" />}
        </button>
      )}
    </>
  )
}

function EntryRow({ entry, currency }: { entry: Entry; currency: string }) {
  return (
    <>
      <div className="entry-what">
        <p className="entry-who">{groupNumber(entry.counterparty)}</p>
        <p className="entry-note">
          <time dateTime={entry.createdAt}>{formatClock(entry.createdAt)}</time>
          {entry.reference && ` · ${entry.reference}`}
        </p>
      </div>
      <div className="entry-sums">
        <p>
          <Money minor={entry.amount} currency={currency} signed />
        </p>
        <p className="entry-note">Balance {formatMoney(entry.balance, currency)}</p>
      </div>
    </>
  )
}

function usePages(accountId: string, first: Entries) {
  const [pages, setPages] = useState([first])
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const expired = useExpiry()
  const cursor = pages.at(-1)?.nextCursor ?? null

  async function more() {
    if (busy || cursor === null) return
    setBusy(true)
    setProblem(null)
    try {
      const page = await readEntries(accountId, cursor)
      setPages((before) => [...before, page])
    } catch (error) {
      if (!expired(error)) setProblem(messageOf(error))
    } finally {
      setBusy(false)
    }
  }

  return { pages, isMore: cursor !== null, busy, problem, more: () => void more() }
}

function byDay(entries: Entry[]): [string, Entry[]][] {
  const days = new Map<string, Entry[]>()
  for (const entry of entries) {
    const day = formatDay(entry.createdAt)
    days.set(day, [...(days.get(day) ?? []), entry])
  }
  return [...days]
}
