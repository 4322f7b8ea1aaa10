import { inPostgresPod } from '../database.ts'
import { messageOf, UserError } from '../errors.ts'
import { cleaningUp } from '../on-exit.ts'
import { kubectlBank, must, succeeds } from '../shell.ts'
import { step } from '../steps.ts'
import { LIVE_FOLDER, onLiveVolume, prepareOnLiveVolume, remove } from './restore-pod.ts'
import { UNDONE } from './undone.ts'

/** Folders beside the live one: restored ones that were not taken, and those that a restore has replaced. */
const BESIDE = /^\/data\/17\.(restored|replaced)-\S+$/

/** Lists the folders of other databases on the live volume. */
export async function foldersBeside(): Promise<string[]> {
  const list = kubectlBank([
    ...inPostgresPod,
    'bash',
    '-c',
    `shopt -s nullglob; printf '%s\\n' ${LIVE_FOLDER}.*`,
  ])
  const { stdout } = await must('the volume of PostgreSQL cannot be read', list)
  return stdout.split('\n').filter((line) => BESIDE.test(line))
}

/** Removes folders of databases that are not in use. */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  if (folders.length === 0) return
  const script = `rm -rf ${folders.join(' ')}`
  if (await succeeds(kubectlBank([...inPostgresPod, 'bash', '-euc', script]))) return
  // PostgreSQL may be away.
  await onLiveVolume(script)
}

const SET = 'statefulset/postgres'

/** How PostgreSQL is started, for whoever finds it stopped. */
const REMEDY =
  './dway shell kubectl --namespace dwaybank scale statefulset/postgres --replicas=1 starts PostgreSQL'

async function start(): Promise<void> {
  await must('PostgreSQL was not scaled', kubectlBank(['scale', SET, '--replicas=1']))
  await must('PostgreSQL is not ready', kubectlBank(['rollout', 'status', SET, '--timeout=180s']))
}

async function stop(): Promise<void> {
  await must('PostgreSQL was not scaled', kubectlBank(['scale', SET, '--replicas=0']))
  const gone = ['wait', '--for=delete', 'pod/postgres-0', '--timeout=150s']
  await must('PostgreSQL does not end', kubectlBank(gone))
}

/**
 * Puts a restored database in the place of the live one, which stays beside it. Nobody reaches PostgreSQL meanwhile. The two
 * folders change places at once: however this ends, one whole database is in place, and PostgreSQL is started on it.
 * @param at the moment that was restored; what was booked between then and now is noted on the volume as undone. Undefined for
 * a database that was another server's: the archive of this one has no other way than its own
 * @returns where the old one is
 * @throws UserError that says whether they have changed places
 */
export async function swap(restored: string, at: Date | undefined): Promise<string> {
  const replaced = restored.replace('restored', 'replaced')
  // Noted before it is so: a moment that is refused without need is better than a wrong one.
  const [noted, forgotten] = at
    ? [
        `echo "${at.toISOString()} $(date --utc +%FT%T.%3NZ)" >>${UNDONE}; sync ${UNDONE}`,
        `sed -i '$d' ${UNDONE}`,
      ]
    : [':', ':']
  const exchange = await prepareOnLiveVolume(
    `${noted}
    mv --exchange --no-target-directory ${restored} ${LIVE_FOLDER} || { ${forgotten}; exit 1; }
    mv --no-target-directory ${restored} ${replaced}
    sync`,
  )
  let outcome = `the databases did not change places, and ${restored} is kept`
  try {
    await cleaningUp(
      async () => {
        await step('stop PostgreSQL', stop)
        outcome = `the databases may have changed places: see ${LIVE_FOLDER} and ${replaced}`
        await step('put the restored database in its place', exchange)
        outcome = `the databases have changed places, and the one before is ${replaced}; ./dway backup --type full is still to be made`
      },
      async () => {
        try {
          await remove()
        } finally {
          await step('start PostgreSQL', start)
        }
      },
    )
  } catch (error) {
    throw new UserError(`${messageOf(error)}: ${outcome}`, { cause: error, remedy: REMEDY })
  }
  return replaced
}
