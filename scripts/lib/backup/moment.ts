import { UsageError } from '../errors.ts'

/** A date and a time, in UTC unless an offset is given. */
const FORM = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/

/**
 * The moment that somebody wants back.
 * @throws UsageError if it is none, or has not come yet
 */
export function parseMoment(text: string, now = new Date()): Date {
  const parts = FORM.exec(text)
  const wanted = "write it as 2026-11-26T14:05:09Z, or '2026-11-26 14:05', in UTC unless an offset is given"
  if (!parts) throw new UsageError(`'${text}' is no moment: ${wanted}`)
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = parts
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const date = new Date(`${local}${fraction}${offset}`)
  // A day that a month doesn't have is taken for one of the next.
  const exists = new Date(`${local}Z`)
  if (
    Number.isNaN(date.getTime()) ||
    Number.isNaN(exists.getTime()) ||
    !exists.toISOString().startsWith(local)
  )
    throw new UsageError(`there is no ${text}: ${wanted}`)
  if (date > now) throw new UsageError(`${text} has not come yet: it is ${now.toISOString()}`)
  return date
}
