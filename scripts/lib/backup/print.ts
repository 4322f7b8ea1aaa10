import { table } from '../table.ts'
import type { Backup } from './info.ts'

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** A moment to the second, in UTC, as ./dway restore takes it. */
export const moment = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z')

/** A duration, or that there is none. */
export const seconds = (value: number | undefined) => (value === undefined ? 'none' : `${value.toFixed(1)} s`)

/** A backup in one line. */
export const describeBackup = ({ label, type, endedAt, databaseBytes, storedBytes }: Backup) =>
  `${label}: ${type}, ended ${moment(endedAt)}, ${megabytes(databaseBytes)}, ${megabytes(storedBytes)} in the store`

/** Backups as a table. */
export const backupTable = (backups: readonly Backup[]) =>
  table(
    [
      ['backup', 'type', 'ended', 'database', 'in the store', 'key'],
      ...backups.map(({ label, type, endedAt, databaseBytes, storedBytes, key }) => [
        label,
        type,
        moment(endedAt),
        megabytes(databaseBytes),
        megabytes(storedBytes),
        key,
      ]),
    ],
    [3, 4],
  )
