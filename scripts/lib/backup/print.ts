import { table } from '../table.ts'
import type { Backup } from './info.ts'

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** A moment to the second, in UTC, as ./dway restore takes it. */
export const moment = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z')

/** A duration, or that there is none. */
export const seconds = (value: number | undefined) => (value === undefined ? 'none' : `${value.toFixed(1)} s`)

/** The copy of Redis beside a backup, by its keys. */
const copyOfRedis = ({ redisKeys }: Backup) => (redisKeys === undefined ? 'none' : `${redisKeys} keys`)

/** A backup in one line. */
export const describeBackup = (backup: Backup) => {
  const { label, type, endedAt, databaseBytes, storedBytes } = backup
  const sizes = `${megabytes(databaseBytes)}, ${megabytes(storedBytes)} in the store`
  return `${label}: ${type}, ended ${moment(endedAt)}, ${sizes}, copy of Redis: ${copyOfRedis(backup)}`
}

/** Backups as a table. */
export const backupTable = (backups: readonly Backup[]) =>
  table(
    [
      ['backup', 'type', 'ended', 'database', 'in the store', 'Redis', 'key'],
      ...backups.map((backup) => [
        backup.label,
        backup.type,
        moment(backup.endedAt),
        megabytes(backup.databaseBytes),
        megabytes(backup.storedBytes),
        copyOfRedis(backup),
        backup.key,
      ]),
    ],
    [3, 4, 5],
  )
