import { randomBytes } from 'node:crypto'

type Data = Record<string, string>

// The values of the Secret backup-repository: pgBackRest's variables of each repository, the one that is written to first,
// and how far a change has come. A value that is over is empty.

/** What pgBackRest writes to the store with, and what it encrypts by. Without the latter no backup can be restored. */
export const BACKUP_SECRET = 'backup-repository'

/** The key of the Secret that pgBackRest reads: a file, which it reads anew for each segment. */
export const REPOSITORY_CONF = 'repository.conf'

/** The key beside it that has the authority of a store elsewhere. */
export const AUTHORITY_FILE = 'ca.crt'

/** As services/postgres/conf/pgbackrest.conf has it. */
export const KEPT_DAYS = 14

/** The logins of the store's writer, which take turns. */
const WRITERS = ['backup', 'backup-b'] as const

/**
 * How far a change has come. begun: the next repository and login are in the Secret, and nothing uses them yet. switched:
 * what is written goes there, and its first backup is still to be made.
 */
export type Stage = 'settled' | 'begun' | 'switched'

const OPTION = /^PGBACKREST_REPO(\d+)_(.+)$/

/**
 * The commands that see the repositories of before. They are not written to any more.
 * @see https://pgbackrest.org/configuration.html: a section for a command alone
 */
const READING = ['info', 'restore', 'archive-get', 'repo-get']

/** What all repositories have in common, as pgbackrest.conf says it of the first. */
const COMMON = { type: 's3', 's3-uri-style': 'path', 'cipher-type': 'aes-256-cbc' }

/** The options of each repository by its number, named as in a configuration file. */
export function repositoriesOf(data: Data): Map<number, Data> {
  const found = new Map<number, Data>()
  for (const [key, value] of Object.entries(data)) {
    const [, number, option = ''] = OPTION.exec(key) ?? []
    if (number === undefined || value === '') continue
    const options = found.get(Number(number)) ?? {}
    options[option.toLowerCase().replaceAll('_', '-')] = value
    found.set(Number(number), options)
  }
  return found
}

/** In one order, as a Secret has none: the file changes only when a value does. */
const lines = (number: number, options: Data) =>
  Object.entries(options)
    .map(([option, value]) => `repo${number}-${option}=${value}`)
    .sort()

/** The values with the file that is made of them. */
export function withRepositoryConf(values: Data): Data {
  const data = { PGBACKREST_REPO1_PATH: '/dwaybank', ...values }
  const repositories = repositoriesOf(data)
  const current = repositories.get(1) ?? {}
  const login = { 's3-key': current['s3-key'] ?? '', 's3-key-secret': current['s3-key-secret'] ?? '' }
  const older = [...repositories]
    .filter(([number]) => number > 1)
    .flatMap(([number, options]) => lines(number, { ...COMMON, ...login, ...options }))
  const sections = older.length === 0 ? [] : READING.flatMap((command) => [`[global:${command}]`, ...older])
  return { ...data, [REPOSITORY_CONF]: ['[global]', ...lines(1, current), ...sections, ''].join('\n') }
}

/** A repository of which nothing was written yet. */
export const newRepository = (login: string, passphrase: string): Data =>
  withRepositoryConf({
    PGBACKREST_REPO1_S3_KEY: WRITERS[0],
    PGBACKREST_REPO1_S3_KEY_SECRET: login,
    PGBACKREST_REPO1_CIPHER_PASS: passphrase,
  })

/** How far a change of the Secret's values has come. */
export const stageOf = ({ STAGE }: Data): Stage =>
  STAGE === 'begun' || STAGE === 'switched' ? STAGE : 'settled'

/** Notes what comes next, so that it is not lost: another login, and another repository with a key of its own. */
export function begun(data: Data, login: string, passphrase: string, now: Date): Data {
  const [first, second] = WRITERS
  return withRepositoryConf({
    ...data,
    STAGE: 'begun',
    OTHER_S3_KEY: data['PGBACKREST_REPO1_S3_KEY'] === first ? second : first,
    OTHER_S3_KEY_SECRET: login,
    NEXT_PATH: `/dwaybank-${now.toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`,
    NEXT_CIPHER_PASS: passphrase,
  })
}

/** pgBackRest's variables for the repository that comes next. */
export const nextRepository = (data: Data): Data => ({
  PGBACKREST_REPO1_PATH: data['NEXT_PATH'] ?? '',
  PGBACKREST_REPO1_CIPHER_PASS: data['NEXT_CIPHER_PASS'] ?? '',
})

/**
 * Puts the next repository first, and those of before behind it, to be read as long as backups are kept.
 * @param place where the store is: pgBackRest's variables of the first repository, as the ConfigMap has them
 */
export function switched(data: Data, place: Data): Data {
  const result: Data = {}
  const behind = (key: string) =>
    key.replace(/^(PGBACKREST_)?REPO(\d+)_/, (_all, prefix = '', number) => `${prefix}REPO${+number + 1}_`)
  const places = Object.entries(place).filter(([key]) => OPTION.test(key))
  for (const [key, value] of [...Object.entries(data), ...places])
    if (value !== '' && !key.startsWith('PGBACKREST_REPO1_S3_KEY')) result[behind(key)] = value
  return withRepositoryConf({
    ...result,
    STAGE: 'switched',
    ...nextRepository(data),
    NEXT_PATH: '',
    NEXT_CIPHER_PASS: '',
    PGBACKREST_REPO1_S3_KEY: data['OTHER_S3_KEY'] ?? '',
    PGBACKREST_REPO1_S3_KEY_SECRET: data['OTHER_S3_KEY_SECRET'] ?? '',
    OTHER_S3_KEY: data['PGBACKREST_REPO1_S3_KEY'] ?? '',
    OTHER_S3_KEY_SECRET: data['PGBACKREST_REPO1_S3_KEY_SECRET'] ?? '',
  })
}

/** Forgets the login of before, and says how long the repository of before is kept: from the first backup of this one on. */
export const settled = (data: Data, now: Date): Data =>
  withRepositoryConf({
    ...data,
    STAGE: 'settled',
    REPO2_KEPT_UNTIL: new Date(now.getTime() + KEPT_DAYS * 86_400_000).toISOString(),
    OTHER_S3_KEY: '',
    OTHER_S3_KEY_SECRET: '',
  })

/**
 * Forgets the repositories of before whose days are over: every moment that is kept is in a later one.
 * @returns the rest, and the paths of those that it doesn't have any more
 */
export function withoutExpired(data: Data, now: Date): { rest: Data; paths: string[] } {
  const expired = [...repositoriesOf(data).keys()].filter((number) => {
    const until = data[`REPO${number}_KEPT_UNTIL`]
    return until !== undefined && until !== '' && new Date(until) < now
  })
  const of = (key: string) => expired.find((number) => RegExp(`^(PGBACKREST_)?REPO${number}_`).test(key))
  // Emptied: a key that is left out of an update may stay as it was.
  const rest = Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, of(key) === undefined ? value : '']),
  )
  const paths = expired.map((number) => data[`PGBACKREST_REPO${number}_PATH`] ?? '')
  return { rest: withRepositoryConf(rest), paths: paths.filter((path) => path !== '') }
}
