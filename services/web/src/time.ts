import { LOCALE } from './money.ts'

const DAY = new Intl.DateTimeFormat(LOCALE, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
})
const CLOCK = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hour12: false })
const MOMENT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeStyle: 'short' })

/** Writes the local day of a timestamp. */
export function formatDay(timestamp: string): string {
  return DAY.format(new Date(timestamp))
}

/** Writes the local time of day of a timestamp. */
export function formatClock(timestamp: string): string {
  return CLOCK.format(new Date(timestamp))
}

/** Writes the local day and time of a timestamp. */
export function formatMoment(timestamp: string): string {
  return MOMENT.format(new Date(timestamp))
}
