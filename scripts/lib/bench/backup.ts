import { listBackups } from '../backup/info.ts'
import { requireBackups, runJob } from '../backup/jobs.ts'
import { archiveAll } from '../backup/archive.ts'
import { asOnlyRestore } from '../backup/restore-live.ts'
import { LIVE_FOLDER, prepareOnLiveVolume, remove, restoreInto } from '../backup/restore-pod.ts'
import { removeFolders } from '../backup/swap.ts'
import { confirm } from '../confirm.ts'
import { runPsql } from '../database.ts'
import { cleaningUp } from '../on-exit.ts'
import { requireCluster } from '../running.ts'
import { note, step, type Progress } from '../steps.ts'
import { measureArchiving } from './archiving.ts'
import { CLIENTS, ensureAccounts } from './clients.ts'
import { inTurns, median, printFindings, rounded, type Finding } from './measure.ts'
import { withoutTilt } from './without-tilt.ts'

const TURNS = 3
const COPY = `${LIVE_FOLDER}.restored-copy`
const RESTORED = `${LIVE_FOLDER}.restored-bench`

const MOST_BACKUP = 2
const MOST_RESTORE = 3

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** A plain copy of the database's files on its own volume, written to the disk; the pod that makes it is there before. */
async function copy(): Promise<number> {
  await runPsql('PostgreSQL made no checkpoint', 'checkpoint;\n')
  return cleaningUp(
    async () =>
      secondsOf(await prepareOnLiveVolume(`cp --archive ${LIVE_FOLDER} ${COPY}; sync --file-system ${COPY}`)),
    async () => {
      await remove()
      await removeFolders([COPY])
    },
  )
}

/** A full backup, with the start of its pod. */
const backUp = (progress: Progress) => secondsOf(() => runJob('backup-full', progress))

/** A restore to now on the database's own volume, with the start of its pod, until it serves. */
async function restore(progress: Progress): Promise<number> {
  const at = new Date()
  await archiveAll()
  return cleaningUp(
    () => secondsOf(() => restoreInto({ at, backup: undefined, volume: 'live', folder: RESTORED }, progress)),
    async () => {
      await remove()
      await removeFolders([RESTORED])
    },
  )
}

function finding(
  measure: string,
  most: number,
  copies: readonly number[],
  others: readonly number[],
): Finding {
  const [plain, taken] = [median(copies), median(others)]
  return {
    measure,
    goal: `≤ ${most} × a copy`,
    result: `${rounded(taken)} s, a plain copy ${rounded(plain)} s`,
    ratio: taken / plain,
    met: taken / plain <= most,
  }
}

/**
 * Measures backups and restores against a plain copy of the same files on the same volume, and what archiving costs the
 * ledger, in turns.
 */
export async function measureBackup(options: { seed: string; yes: boolean; json: boolean }): Promise<void> {
  await requireCluster()
  await requireBackups()
  await confirm(
    'leaves in the books and in the store',
    [
      `${CLIENTS} customers with funded accounts, once`,
      'transfers of about four minutes of load',
      `${TURNS} full backups, for 14 days`,
    ],
    options.yes,
  )
  const findings: Finding[] = []
  await withoutTilt(() =>
    asOnlyRestore(async () => {
      const timed = (name: string, work: (progress: Progress) => Promise<number>) => () =>
        step(name, async (progress) => {
          const seconds = await work(progress)
          progress.happened(`${rounded(seconds)} s`)
          return seconds
        })
      const backups = await inTurns(TURNS, timed('copy', copy), timed('back up (full)', backUp))
      findings.push(finding('full backup', MOST_BACKUP, backups.first, backups.second))
      const restores = await inTurns(TURNS, timed('copy', copy), timed('restore', restore))
      findings.push(finding('restore', MOST_RESTORE, restores.first, restores.second))
      await step('make accounts', () =>
        ensureAccounts(Array.from({ length: CLIENTS }, (_, position) => position)),
      )
      findings.push(
        await step('transfers with and without archiving', (progress) =>
          measureArchiving(options.seed, progress),
        ),
      )
    }),
  )
  const newest = (await listBackups()).at(-1)
  if (newest)
    note(
      `the database has ${rounded(newest.databaseBytes / 1e6)} MB, its backup ${rounded(newest.storedBytes / 1e6)} MB`,
    )
  printFindings(findings, [], options.json)
}
