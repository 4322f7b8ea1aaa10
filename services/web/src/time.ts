import { timeFormat } from './formats.ts'
import { currentlySpoken } from './language.ts'

const FORMATS = {
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
  shortMonth: { month: 'short' },
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  moment: {
    ...{ day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
  },
} satisfies Record<string, Intl.DateTimeFormatOptions>

/**
 * Writes a moment as it is said where the page's language is spoken. It is in UTC, whose days the bank's filters,
 * statements and pictures go by: one day must not be another in the list.
 */
export function formatTime(moment: string | Date, format: keyof typeof FORMATS): string {
  return timeFormat(currentlySpoken().locale, { ...FORMATS[format], timeZone: 'UTC' }).format(
    new Date(moment),
  )
}

/** Writes the day of a moment in UTC, as addresses and the bank's filters have it: 2026-01-31. */
export function isoDay(moment: Date): string {
  return moment.toISOString().slice(0, 10)
}
