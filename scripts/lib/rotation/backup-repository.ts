import {
  BACKUP_SECRET,
  begun,
  nextRepository,
  REPOSITORY_CONF,
  settled,
  stageOf,
  switched,
  withoutExpired,
} from '../backup/repository-secret.ts'
import { awaitNoJob, backUp } from '../backup/jobs.ts'
import { readPlace } from '../backup/place.ts'
import { inPostgresPod } from '../database.ts'
import { messageOf, UserError } from '../errors.ts'
import { awaitMounted } from '../mounted.ts'
import { restartAll } from '../restart.ts'
import { randomPassword, readSecret, writeSecret } from '../secrets.ts'
import { kubectlBank, must } from '../shell.ts'
import { note, step } from '../steps.ts'

type Data = Record<string, string>

const STORE = 'statefulset/object-store'

/** What PostgreSQL's archive-push reads. */
const FILE = { pod: 'postgres-0', container: 'postgres', path: `/etc/backup-repository/${REPOSITORY_CONF}` }

/** Runs pgBackRest in the pod of PostgreSQL, with variables that travel by standard input. */
async function pgbackrest(what: string, words: readonly string[], variables: Data): Promise<void> {
  const input = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`)
  const script = 'set -a; . <(cat); set +a; exec pgbackrest "$@" </dev/null'
  await must(what, kubectlBank([...inPostgresPod, 'bash', '-c', script, '-', ...words], input.join('')))
}

async function write(data: Data): Promise<Data> {
  await writeSecret(BACKUP_SECRET, data)
  return data
}

/** Whether there are repositories of before whose days are over. */
export async function hasExpiredRepositories(): Promise<boolean> {
  return withoutExpired(await readSecret(BACKUP_SECRET), new Date()).paths.length > 0
}

/** Removes repositories of before whose days are over, first what is in them, then their keys. */
export async function removeExpiredRepositories(): Promise<void> {
  const { rest, paths } = withoutExpired(await readSecret(BACKUP_SECRET), new Date())
  for (const path of paths)
    await step(`remove the repository ${path}`, () =>
      pgbackrest(`${path} was not removed`, ['repo-rm', '--recurse'], { PGBACKREST_REPO1_PATH: path }),
    )
  if (paths.length > 0) await write(rest)
}

/**
 * Changes the login of the store's writer, and the key of the backups by another repository beside the one of before,
 * which can be read as long as its backups are kept. The archive is never without a place: the next repository is there
 * before anything is written to it, and the store knows both logins. The Secret says how far it is
 * (repository-secret.ts); what was killed goes on from there with the keys that it had made.
 */
export async function rotateBackupRepository(): Promise<void> {
  let data = await readSecret(BACKUP_SECRET)
  if (stageOf(data) === 'settled') {
    await removeExpiredRepositories()
    data = await write(begun(await readSecret(BACKUP_SECRET), randomPassword(), randomPassword(), new Date()))
  }
  if (stageOf(data) === 'begun') {
    await restartAll([STORE])
    await step('make the next repository', () =>
      pgbackrest('the next repository was not made', ['stanza-create'], nextRepository(data)),
    )
    await step('wait for backups that are under way', awaitNoJob)
    data = await write(switched(data, await readPlace()))
  }
  await step('have PostgreSQL archive to it', () => awaitMounted(FILE, data[REPOSITORY_CONF] ?? ''))
  await step('back up (full)', (progress) => backUp('full', progress)).catch((error: unknown) => {
    throw new UserError(`the next repository has no backup yet: ${messageOf(error)}`, {
      cause: error,
      remedy: `./dway secrets rotate ${BACKUP_SECRET} goes on from there; every moment can be restored meanwhile`,
    })
  })
  await write(settled(data, new Date()))
  await restartAll([STORE])
  note("a file of './dway backups --keys' lacks the new key: remove it and write it anew")
}
