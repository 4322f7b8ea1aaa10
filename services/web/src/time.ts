import { currentlySpoken } from './language.ts'

const FORMATS = {
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  shortMonth: { month: 'short' },
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  moment: { dateStyle: 'long', timeStyle: 'short' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

/** Writes a moment as it is said where the page's language is spoken, in local time. */
export function formatTime(moment: string | Date, format: keyof typeof FORMATS): string {
  return new Intl.DateTimeFormat(currentlySpoken().locale, FORMATS[format]).format(new Date(moment))
}

/** Writes the day of a moment in UTC, as addresses and the bank's filters have it: 2026-01-31. */
export function isoDay(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}
