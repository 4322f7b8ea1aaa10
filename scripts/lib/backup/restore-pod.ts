import { setTimeout as sleep } from 'node:timers/promises'
import { lastLineOf, logOf } from '../cron-job.ts'
import type { DatabasePod } from '../database.ts'
import { UserError } from '../errors.ts'
import type { Pod } from '../kubernetes.ts'
import { parseHeads, type Heads } from '../ledger/heads.ts'
import { cleaningUp } from '../on-exit.ts'
import type { Verdict } from '../report.ts'
import { kubectlBank, must } from '../shell.ts'
import type { Progress } from '../steps.ts'
import type { ForeignRepository } from './foreign-repository.ts'
import { parseInfo, type Backup } from './info.ts'
import { reasonIn } from './jobs.ts'
import { parseUndone, type Undone } from './undone.ts'

/** The pod in which a restored database runs, beside the live one. */
const POD = 'restore'
export const restorePod = `pod/${POD}`
export const restoredDatabase: DatabasePod = { pod: POD, container: 'backup' }

/** A pod that ended instead of serving what it was to restore. */
export class RestoreFailed extends UserError {
  override name = 'RestoreFailed'
  /** Whether that says something of the backup. */
  readonly verdict: Verdict

  constructor(message: string, exitCode: number | undefined) {
    super(message)
    this.verdict = exitCode === 1 ? 'failed' : 'could not verify'
  }
}

/** The live database's folder on its volume. */
export const LIVE_FOLDER = '/data/17'

/** A pod that was forgotten ends by itself. */
const LONGEST_S = 6 * 3600

interface PodTemplate {
  metadata: { labels: Record<string, string> }
  spec: {
    containers: { env?: object[]; envFrom?: object[]; command: string[] }[]
    volumes: { name: string }[]
  }
}

/** Where a database is restored to: a volume that goes with the pod, or the live database's, and a folder on it. */
export interface Place {
  volume: 'scratch' | 'live'
  folder: string
}

/**
 * A pod like that of the nightly verification, which has all that a restore needs.
 * @param repository in the place of the bank's own
 */
async function create(
  command: string[],
  { volume, folder }: Place,
  repository?: ForeignRepository,
): Promise<void> {
  const get = kubectlBank(['get', 'cronjob/verify-backup', '--output', 'json'])
  const { stdout } = await must('the verification of backups is not there', get)
  const { spec } = JSON.parse(stdout) as { spec: { jobTemplate: { spec: { template: PodTemplate } } } }
  const { template } = spec.jobTemplate.spec
  const [container] = template.spec.containers
  const claim = { name: 'data', persistentVolumeClaim: { claimName: 'data-postgres-0' } }
  const others = [...(volume === 'live' ? [claim] : []), ...(repository?.volumes ?? [])]
  const env = [...(container?.env ?? []), { name: 'PGDATA', value: folder }]
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: POD, labels: { ...template.metadata.labels, ...repository?.labels } },
    spec: {
      ...template.spec,
      activeDeadlineSeconds: LONGEST_S,
      terminationGracePeriodSeconds: 60,
      containers: [
        repository
          ? { ...container, command, envFrom: [], env: [...env, ...repository.env] }
          : { ...container, command, env },
      ],
      volumes: template.spec.volumes.map((one) => others.find(({ name }) => name === one.name) ?? one),
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
  const words = ['delete', restorePod, '--ignore-not-found', '--timeout=120s']
  await must('the pod of the restore was not removed', kubectlBank(words))
}

/**
 * Waits until the pod has printed something, or has ended.
 * @returns what it printed
 * @throws RestoreFailed with the reason if it failed
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
      const ended = status.containerStatuses?.[0]?.state.terminated
      throw new RestoreFailed(ended?.message?.trim() || reasonIn(log), ended?.exitCode)
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

/** A moment as pgBackRest takes it; nothing for all that is there. */
const target = (at: Date | undefined) => at?.toISOString().replace('T', ' ').replace('Z', '+00') ?? ''

const RESTORED = /^restored: (\S+), last transaction (.+)$/m

/** What is restored, and where to. */
export interface Order extends Place {
  /** The moment; undefined for all that is in the archive. */
  at: Date | undefined
  /** The label of the backup to begin with; undefined leaves the choice to pgBackRest. */
  backup: string | undefined
  /** In the place of the bank's own. */
  repository?: ForeignRepository | undefined
}

/**
 * Restores a database, and serves it in a pod until that is removed.
 * @throws RestoreFailed with the reason if it cannot be restored
 */
export async function restoreInto(
  { at, backup, repository, ...place }: Order,
  progress: Progress,
): Promise<Restored> {
  await create(['restore-backup', 'serve', target(at), ...(backup ? [backup] : [])], place, repository)
  const log = await until((text) => RESTORED.test(text), progress)
  const [, label = '', last = ''] = RESTORED.exec(log) ?? []
  return {
    backup: label,
    lastTransactionAt: last === 'none' ? undefined : new Date(last.replace(' ', 'T').replace(/\+00$/, 'Z')),
  }
}

/** Where restore-backup puts what is noted beside the backup of the ledger's chains. */
const HEADS = '/tmp/heads.json'

/**
 * Where the ledger's chains ended before the backup that was restored was made.
 * @throws UserError if that is not noted beside it, or cannot be read
 */
export async function readNotedHeads(): Promise<Heads> {
  const read = kubectlBank(['exec', POD, '--', 'bash', '-c', `cat ${HEADS} 2>/dev/null || true`])
  const { stdout } = await must('the heads beside the backup cannot be read', read)
  const missing = 'nothing is noted beside the backup of where the chains of the ledger ended'
  if (stdout === '') throw new UserError(missing)
  return parseHeads(stdout, 'what is noted beside the backup is no list of heads')
}

/** What repositories have. */
export interface Listing {
  /** The oldest first. */
  backups: Backup[]
  /** What restores have undone, as it is noted beside the newest; undefined if that cannot be read. */
  undone: Undone[] | undefined
}

/**
 * Lists backups in a pod of its own.
 * @param repository in the place of the bank's own
 * @throws UserError with the reason if they cannot be read
 */
export async function listInPod(repository?: ForeignRepository): Promise<Listing> {
  await create(['restore-backup', 'list'], { volume: 'scratch', folder: LIVE_FOLDER }, repository)
  const log = await until((_log, phase) => phase === 'Succeeded')
  const undone = log.split('\n').flatMap((line) => (line.startsWith('undone ') ? [line.slice(7)] : []))
  return {
    backups: parseInfo(lastLineOf(log)),
    undone: undone.includes('unknown') ? undefined : parseUndone(undone),
  }
}

const GO = '/tmp/go'

/**
 * Has a pod on the live database's volume that waits for a word to run a script of bash.
 * @returns gives the word, waits for the end, and returns what the script printed; throws UserError with the last line if it
 * fails
 * @throws UserError if there is no such pod soon
 */
export async function prepareOnLiveVolume(script: string): Promise<() => Promise<string>> {
  // It may be ended while it waits, and not in the middle.
  const patient = `trap 'exit 143' TERM; until [[ -e ${GO} ]]; do sleep 0.1; done; trap '' TERM; ${script}`
  await create(['bash', '-euc', patient], { volume: 'live', folder: LIVE_FOLDER })
  await must(
    'no pod came to the volume of PostgreSQL',
    kubectlBank(['wait', `pod/${POD}`, '--for=jsonpath={.status.phase}=Running', '--timeout=120s']),
  )
  return async () => {
    await must('the pod on the volume of PostgreSQL is gone', kubectlBank(['exec', POD, '--', 'touch', GO]))
    return until((_log, phase) => phase === 'Succeeded')
  }
}

/**
 * Runs a script of bash on the live database's volume.
 * @returns what it printed
 * @throws UserError with its last line if it fails
 */
export async function onLiveVolume(script: string): Promise<string> {
  return cleaningUp(async () => (await prepareOnLiveVolume(script))(), remove)
}
