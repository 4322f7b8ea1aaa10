import fs from 'node:fs'
import path from 'node:path'
import { parse, stringify } from 'yaml'
import { messageOf, UsageError, UserError } from '../errors.ts'
import { root } from '../settings.ts'
import { $ } from '../shell.ts'
import { AUTHORITY_FILE, repositoriesOf, withRepositoryConf } from './repository-secret.ts'

type Data = Record<string, string>

/** pgBackRest's name of each setting of a repository, by the one that the file has. */
const OPTIONS = {
  endpoint: 's3-endpoint',
  port: 'storage-port',
  bucket: 's3-bucket',
  region: 's3-region',
  path: 'path',
  accessKeyId: 's3-key',
  secretAccessKey: 's3-key-secret',
  passphrase: 'cipher-pass',
} as const
type Setting = keyof typeof OPTIONS
const SETTINGS = Object.keys(OPTIONS) as Setting[]

/** A repository in a bucket, and what opens it. */
export type Repository = Record<Setting, string>

/** All that is needed to read the backups of a cluster that is gone. */
export interface BackupKeys {
  /** The first one is the newest: the others have backups from before its passphrase. */
  repositories: Repository[]
  /** Who has signed the store's certificate, PEM; undefined if the public authorities know it. */
  authority: string | undefined
}

/**
 * The keys of this cluster's backups.
 * @param secret the values of the Secret backup-repository
 * @param place where the store is, as the ConfigMap backup has it
 */
export function keysOf(secret: Data, place: Data, authority: string): BackupKeys {
  const all = [...repositoriesOf({ ...place, ...secret })].sort(([one], [other]) => one - other)
  const [first] = all
  const login = { 's3-key': first?.[1]['s3-key'] ?? '', 's3-key-secret': first?.[1]['s3-key-secret'] ?? '' }
  const repositories = all.map(([, options]) => {
    const known: Data = { ...login, ...options }
    return Object.fromEntries(
      SETTINGS.map((setting) => [setting, known[OPTIONS[setting]] ?? '']),
    ) as Repository
  })
  return { repositories, authority }
}

/**
 * Whether they open backups that this cluster makes itself. A passphrase is random: no other has it.
 * @param secret the values of the Secret backup-repository
 */
export function openOwn({ repositories }: BackupKeys, secret: Data): boolean {
  const own = [...repositoriesOf(secret).values()].map((options) => options['cipher-pass'])
  return repositories.some(({ passphrase }) => own.includes(passphrase))
}

/** The values of a Secret by which pgBackRest reads those repositories. */
export function secretOf({ repositories, authority }: BackupKeys): Data {
  const values = repositories.flatMap((repository, index) => {
    const variable = (option: string) =>
      `PGBACKREST_REPO${index + 1}_${option.toUpperCase().replaceAll('-', '_')}`
    const options = SETTINGS.map((setting) => [variable(OPTIONS[setting]), repository[setting]])
    return authority === undefined
      ? options
      : [...options, [variable('storage-ca-file'), `/etc/store-authority/${AUTHORITY_FILE}`]]
  })
  const data = withRepositoryConf(Object.fromEntries(values) as Data)
  return authority === undefined ? data : { ...data, [AUTHORITY_FILE]: authority }
}

const HEAD = ` What reads the backups of a bank, and all that they hold, wherever its store is within reach:
   ./dway restore --from FILE
 Keep it apart from the store, and let nobody read it. After ./dway secrets rotate backup-repository it lacks the new passphrase,
 after ./dway certs rotate-ca the new authority.`

/** The file's text. */
export const renderKeys = (keys: BackupKeys): string =>
  `${HEAD.replaceAll(/^/gm, '#')}\n${stringify(keys, { lineWidth: 0 })}`

/**
 * Reads the file's text.
 * @throws UsageError that says what is missing or wrong, without the value
 */
export function parseKeys(text: string, file: string): BackupKeys {
  const wrong = (what: string, cause?: unknown) =>
    new UsageError(`${file} ${what}`, {
      cause,
      remedy: './dway backups --keys FILE writes such a file where the backups are made',
    })
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    // A parser's words show the line that it doesn't understand.
    throw wrong('is not YAML', error)
  }
  const { repositories, authority } = (typeof value === 'object' && value !== null ? value : {}) as {
    repositories?: unknown
    authority?: unknown
  }
  if (!Array.isArray(repositories) || repositories.length === 0) throw wrong('names no repositories')
  if (authority !== undefined && !(typeof authority === 'string' && authority.includes('BEGIN CERTIFICATE')))
    throw wrong('has an authority that is no certificate (PEM)')
  return {
    repositories: repositories.map((one: unknown, index) => {
      const given: Record<string, unknown> = typeof one === 'object' && one !== null ? { ...one } : {}
      const of = repositories.length === 1 ? '' : ` of repository ${index + 1}`
      const unknown = Object.keys(given).find((key) => !(key in OPTIONS))
      if (unknown !== undefined) throw wrong(`has '${unknown}'${of}, which is no setting of a repository`)
      return Object.fromEntries(
        SETTINGS.map((setting) => {
          const value = given[setting] ?? (setting === 'port' ? 443 : '')
          const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
          if (text === '') throw wrong(`lacks the ${setting}${of}`)
          // Each becomes a line of pgBackRest's file.
          if (/[\n\r]/.test(text)) throw wrong(`has a ${setting}${of} of more than one line`)
          if (setting === 'port' && !/^[1-9]\d{0,4}$/.test(text)) throw wrong(`has a port${of} that is none`)
          if (setting === 'path' && !text.startsWith('/'))
            throw wrong(`has a path${of} that does not begin with /`)
          return [setting, text]
        }),
      ) as Repository
    }),
    authority,
  }
}

/**
 * Reads a file that only its owner may read.
 * @throws UsageError with the reason if it can't be used
 */
export function readKeys(file: string): BackupKeys {
  const name = path.relative(root, file)
  let text: string
  try {
    const { mode } = fs.statSync(file)
    if ((mode & 0o077) !== 0) throw new UsageError(`${name} can be read by others: chmod 600 ${name}`)
    text = fs.readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${name} cannot be read: ${messageOf(error)}`, { cause: error })
  }
  return parseKeys(text, name)
}

/**
 * Writes a new file that only its owner may read.
 * @throws UsageError if there is one already, if git would take it, or if it can't be written; UserError if git doesn't tell
 */
export async function writeKeys(file: string, keys: BackupKeys): Promise<void> {
  const name = path.relative(root, file)
  const { exitCode, stderr } = await $`git -C ${root} check-ignore --quiet ${file}`.nothrow()
  if (exitCode === 1) throw new UsageError(`${name} would be committed: take one in .dway/`)
  if (exitCode !== 0)
    throw new UserError(
      `git does not say whether ${name} would be committed: ${stderr.trim().split('\n')[0]}`,
    )
  try {
    fs.writeFileSync(file, renderKeys(keys), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new UsageError(
      there
        ? `${name} is there already: remove it, or take another name`
        : `${name} cannot be written: ${messageOf(error)}`,
      {
        cause: error,
      },
    )
  }
}
