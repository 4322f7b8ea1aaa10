import { UserError } from '../errors.ts'
import { readNotes } from './volume-notes.ts'

/** What restores have undone, a line each. */
export const UNDONE = '/data/undone'

/** A time that a restore has undone: from the moment that was restored until the restored database took over. */
export interface Undone {
  from: Date
  to: Date
}

/**
 * Reads the lines that a restore writes.
 * @throws UserError if one of them is none
 */
export const parseUndone = (lines: readonly string[]): Undone[] =>
  lines.map((line) => {
    const [from, to] = line.split(' ').map((text) => new Date(text))
    if (!from || !to || !(from <= to))
      throw new UserError(
        `'${line}' is no time that a restore has undone: which moments are gone is not known`,
      )
    return { from, to }
  })

/** What earlier restores on this volume have undone. */
export const readUndone = async (): Promise<Undone[]> => parseUndone(await readNotes(UNDONE))
