import { setTimeout as sleep } from 'node:timers/promises'
import { logOf } from '../cron-job.ts'
import type { DatabasePod } from '../database.ts'
import { UserError } from '../errors.ts'
import type { Pod } from '../kubernetes.ts'
import { cleaningUp } from '../on-exit.ts'
import { kubectlBank, must } from '../shell.ts'
import type { Progress } from '../steps.ts'
import { reasonIn } from './jobs.ts'

/** The pod in which a restored database runs, beside the live one. */
const POD = 'restore'
export const restoredDatabase: DatabasePod = { pod: POD, container: 'backup' }

/** The live database's folder on its volume. */
export const LIVE_FOLDER = '/data/17'

/** A pod that was forgotten ends by itself. */
const LONGEST_S = 6 * 3600

interface PodTemplate {
  metadata: { labels: Record<string, string> }
  spec: {
    containers: { env?: object[]; command: string[] }[]
    volumes: { name: string }[]
  }
}

/**
 * A pod like that of the nightly verification, which has all that a restore needs.
 * @param volume a volume of its own that goes with it, or the live database's
 */
async function create(command: string[], volume: 'scratch' | 'live', folder: string): Promise<void> {
  const get = kubectlBank(['get', 'cronjob/verify-backup', '--output', 'json'])
  const { stdout } = await must('the verification of backups is not there', get)
  const { spec } = JSON.parse(stdout) as { spec: { jobTemplate: { spec: { template: PodTemplate } } } }
  const { template } = spec.jobTemplate.spec
  const [container] = template.spec.containers
  const claim = { name: 'data', persistentVolumeClaim: { claimName: 'data-postgres-0' } }
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD, labels: template.metadata.labels },
    spec: {
      ...template.spec,
      activeDeadlineSeconds: LONGEST_S,
      terminationGracePeriodSeconds: 60,
      containers: [
        { ...container, command, env: [...(container?.env ?? []), { name: 'PGDATA', value: folder }] },
      ],
      volumes:
        volume === 'scratch'
          ? template.spec.volumes
          : template.spec.volumes.map((one) => (one.name === 'data' ? claim : one)),
    },
  }
  await remove()
  await must(
    'no pod was made to restore into',
    kubectlBank(['create', '--filename', '-'], JSON.stringify(object)),
  )
}

/** Ends what the pod runs, and removes it. */
export async function remove(): Promise<void> {
  const words = ['delete', 'pod', POD, '--ignore-not-found', '--timeout=120s']
  await must('the pod of the restore was not removed', kubectlBank(words))
}

/**
 * Waits until the pod has printed something, or has ended.
 * @returns what it printed
 * @throws UserError with the reason if it failed
 */
async function until(
  wanted: (log: string, phase: Pod['status']['phase']) => boolean,
  progress?: Progress,
): Promise<string> {
  for (;;) {
    const get = kubectlBank(['get', 'pod', POD, '--output', 'json'])
    const { status } = JSON.parse((await must('the restore was ended', get)).stdout) as Pod
    const log = await logOf(POD)
    if (wanted(log, status.phase)) return log
    if (status.phase === 'Failed' || status.phase === 'Succeeded') {
      const message = status.containerStatuses?.[0]?.state.terminated?.message?.trim()
      throw new UserError(message || reasonIn(log))
    }
    progress?.now(log.trim().split('\n').at(-1) ?? '')
    await sleep(500)
  }
}

/** What was restored. */
export interface Restored {
  backup: string
  /** When the last transaction in it was committed; undefined if none came after the backup. */
  lastTransactionAt: Date | undefined
}

/** A moment as pgBackRest takes it. */
const target = (at: Date) => at.toISOString().replace('T', ' ').replace('Z', '+00')

const RESTORED = /^restored: (\S+), last transaction (.+)$/m

/**
 * Restores the database as it was at a moment, and serves it in a pod until that is removed.
 * @param at the moment
 * @param backup the label of the backup to begin with; undefined leaves the choice to pgBackRest
 * @param volume where to: a volume that goes with the pod, or the live database's
 * @param folder on that volume
 * @throws UserError with the reason if it cannot be restored
 */
export async function restoreInto(
  at: Date,
  backup: string | undefined,
  volume: 'scratch' | 'live',
  folder: string,
  progress: Progress,
): Promise<Restored> {
  await create(['restore-backup', 'serve', target(at), ...(backup ? [backup] : [])], volume, folder)
  const log = await until((text) => RESTORED.test(text), progress)
  const [, label = '', last = ''] = RESTORED.exec(log) ?? []
  return {
    backup: label,
    lastTransactionAt: last === 'none' ? undefined : new Date(last.replace(' ', 'T').replace(/\+00$/, 'Z')),
  }
}

const GO = '/tmp/go'

/**
 * Has a pod on the live database's volume that waits for a word to run a script of bash.
 * @returns gives the word, and waits for the end; throws UserError with the last line if the script fails
 * @throws UserError if there is no such pod soon
 */
export async function prepareOnLiveVolume(script: string): Promise<() => Promise<void>> {
  // It may be ended while it waits, and not in the middle.
  const patient = `trap 'exit 143' TERM; until [[ -e ${GO} ]]; do sleep 0.1; done; trap '' TERM; ${script}`
  await create(['bash', '-euc', patient], 'live', LIVE_FOLDER)
  await must(
    'no pod came to the volume of PostgreSQL',
    kubectlBank(['wait', `pod/${POD}`, '--for=jsonpath={.status.phase}=Running', '--timeout=120s']),
  )
  return async () => {
    await must('the pod on the volume of PostgreSQL is gone', kubectlBank(['exec', POD, '--', 'touch', GO]))
    await until((_log, phase) => phase === 'Succeeded')
  }
}

/**
 * Runs a script of bash on the live database's volume.
 * @throws UserError with its last line if it fails
 */
export async function onLiveVolume(script: string): Promise<void> {
  await cleaningUp(async () => (await prepareOnLiveVolume(script))(), remove)
}
