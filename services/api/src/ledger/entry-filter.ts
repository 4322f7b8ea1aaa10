import { Refusal } from '../errors.ts'

/** Which entries of an account are wanted; what isn't said doesn't matter. */
export interface EntryFilter {
  /** Is somewhere in the reference, or in the name or number of the other side. */
  q?: string
  /** The first and the last day, in UTC. */
  from?: string
  to?: string
  /** Minor units of the amount without its sign. */
  minAmount?: number
  maxAmount?: number
  direction?: 'in' | 'out'
}

/**
 * Checks that a filter doesn't contradict itself.
 * @throws {Refusal} invalid_request.
 */
export function checkFilter({ from, to, minAmount, maxAmount }: EntryFilter): void {
  if (from !== undefined && to !== undefined && from > to) {
    throw new Refusal('invalid_request', 'from is a day after to')
  }
  if (minAmount !== undefined && maxAmount !== undefined && minAmount > maxAmount) {
    throw new Refusal('invalid_request', 'minAmount is more than maxAmount')
  }
}

/** Whether entries have to be looked at one by one to know which of them are wanted: days alone are found directly. */
export function isSearch({ q, minAmount, maxAmount, direction }: EntryFilter): boolean {
  return [q, minAmount, maxAmount, direction].some((part) => part !== undefined)
}

/** SQL that is true for a wanted entry, with the parameters from `$first` on. It is used together with ENTRIES. */
export function searchCondition(filter: EntryFilter, first: number): { sql: string; parameters: unknown[] } {
  const { q, minAmount, maxAmount, direction } = filter
  const [text, number, least, most, sign] = [0, 1, 2, 3, 4].map((offset) => `$${first + offset}`)
  return {
    sql: `(${text}::text is null or strpos(lower(transfers.reference), lower(${text})) > 0
        or strpos(lower(counterparty.name), lower(${text})) > 0 or strpos(other.number, ${number}) > 0)
      and (${least}::bigint is null or abs(entries.amount) >= ${least})
      and (${most}::bigint is null or abs(entries.amount) <= ${most})
      and (${sign}::integer is null or sign(entries.amount) = ${sign})`,
    parameters: [
      q ?? null,
      q === undefined ? null : plainNumber(q),
      minAmount ?? null,
      maxAmount ?? null,
      direction === undefined ? null : direction === 'in' ? 1 : -1,
    ],
  }
}

/** People write an account number in groups. */
function plainNumber(text: string): string {
  return /^[0-9][0-9 ]*$/.test(text) ? text.replaceAll(' ', '') : text
}
