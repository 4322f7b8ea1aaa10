import { inPostgresPod } from '../database.ts'
import { UserError } from '../errors.ts'
import { kubectlBank, lastLine } from '../shell.ts'

/** A backup in the store. */
export interface Backup {
  label: string
  type: 'full' | 'diff' | 'incr'
  startedAt: Date
  /** The first moment that it can be restored to. */
  endedAt: Date
  /** Bytes of the database, and of what this backup added to the store. */
  databaseBytes: number
  storedBytes: number
  /** How many keys the copy of Redis beside it has; undefined if there is none. */
  redisKeys: number | undefined
  /** What of the Secret backup-repository it is encrypted by: the first repository's, or one's of before. */
  key: string
}

interface Status {
  code: number
  message: string
}

interface Stanza {
  name: string
  status: Status
  /** Each repository's own; the one above is that of them all. */
  repo?: { status: Status }[]
  backup: {
    label: string
    type: Backup['type']
    error: boolean | null
    timestamp: { start: number; stop: number }
    database: { 'repo-key': number }
    info: { size: number; repository: { delta: number } }
    /** What back-up told of it. */
    annotation?: { 'redis-keys'?: string }
  }[]
}

/** A stanza that was never made, one without a backup, and one whose repository was removed. */
const NO_BACKUP = new Set([1, 2, 3])

/**
 * Reads what `pgbackrest info --output=json` printed.
 * @returns the backups, the oldest first
 * @throws UserError if the store could not be read
 */
export function parseInfo(output: string): Backup[] {
  const [stanza] = JSON.parse(output) as Stanza[]
  if (stanza === undefined) return []
  const unread = (stanza.repo?.map(({ status }) => status) ?? [stanza.status]).find(
    ({ code }) => code !== 0 && !NO_BACKUP.has(code),
  )
  if (unread) throw new UserError(`the backups cannot be read: ${unread.message}`)
  return stanza.backup
    .filter(({ error }) => error !== true)
    .map(({ label, type, timestamp, info, database, annotation }) => ({
      label,
      type,
      startedAt: new Date(timestamp.start * 1000),
      endedAt: new Date(timestamp.stop * 1000),
      databaseBytes: info.size,
      storedBytes: info.repository.delta,
      redisKeys: annotation?.['redis-keys'] === undefined ? undefined : Number(annotation['redis-keys']),
      key: `PGBACKREST_REPO${database['repo-key']}_CIPHER_PASS`,
    }))
}

/** pgBackRest itself would try for minutes. */
const PATIENCE = '30s'

/**
 * Asks the store for its backups, from the pod of PostgreSQL.
 * @throws UserError if the pod or the store does not answer
 */
export async function listBackups(): Promise<Backup[]> {
  const info = [...inPostgresPod, 'pgbackrest', 'info', '--output=json', '--log-level-console=off']
  try {
    return parseInfo((await kubectlBank(info).timeout(PATIENCE)).stdout)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`the backups cannot be listed: ${lastLine(error)}`, {
      cause: error,
      remedy: './dway status shows whether postgres and object-store run',
    })
  }
}
