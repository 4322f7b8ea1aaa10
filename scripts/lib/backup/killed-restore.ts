import { currentHolder, exclusively } from '../lock.ts'
import { statePath } from '../settings.ts'
import { kubectlBank, must } from '../shell.ts'
import { foreignObjects } from './foreign-repository.ts'
import { restorePod } from './restore-pod.ts'

/** Is held by the one restore of this checkout that is at work. */
export const RESTORE_LOCK = statePath('restore-lock')

/** Removes what a restore has left that was killed: its pod, and the keys of another cluster's backups. */
export async function removeLeftovers(): Promise<void> {
  const words = ['delete', restorePod, ...foreignObjects, '--ignore-not-found', '--timeout=120s']
  await must('what a killed restore has left was not removed', kubectlBank(words))
}

/** Removes what a restore has left that was killed; one that is at work keeps it. */
export async function removeKilledRestore(): Promise<void> {
  if ((await currentHolder(RESTORE_LOCK)) === undefined)
    await exclusively(removeLeftovers, { file: RESTORE_LOCK })
}
