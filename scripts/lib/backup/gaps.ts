import type { Backup } from './info.ts'
import { readNotes } from './volume-notes.ts'

/** What pgbackrest-push notes: the segments that were given up while the store was away, a line each. */
const DROPPED = '/data/dropped'

/** A segment of the log that is in no archive. */
export interface Dropped {
  segment: string
  /** When it was last written to. */
  writtenAt: Date
}

/** A time to which nothing can be restored, because the log of it was given up. */
export interface Gap {
  from: Date
  /** The end of the first backup that began after it; undefined if there is none yet. */
  to: Date | undefined
}

/** Reads the lines of pgbackrest-push. */
export const parseDropped = (lines: readonly string[]): Dropped[] =>
  lines.flatMap((line) => {
    const [segment, at] = line.split(' ')
    return segment && at ? [{ segment, writtenAt: new Date(at) }] : []
  })

/** The segments that were given up on this volume. */
export const readDropped = async (): Promise<Dropped[]> => parseDropped(await readNotes(DROPPED))

/** A segment is begun at most so long before it was last written to: PostgreSQL's archive_timeout. */
const SEGMENT_MS = 60_000

/** The gaps that segments leave between backups, the oldest first; none of a time before the first backup that is kept. */
export function gapsOf(dropped: readonly Dropped[], backups: readonly Backup[]): Gap[] {
  const gaps = new Map<number | undefined, Gap>()
  for (const { writtenAt } of dropped.toSorted((a, b) => a.writtenAt.getTime() - b.writtenAt.getTime())) {
    const next = backups.find(({ startedAt }) => startedAt > writtenAt)
    const key = next?.endedAt.getTime()
    if (next === undefined || next !== backups[0])
      gaps.set(key, gaps.get(key) ?? { from: new Date(writtenAt.getTime() - SEGMENT_MS), to: next?.endedAt })
  }
  return [...gaps.values()]
}
