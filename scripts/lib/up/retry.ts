import type { Job, List, Pod } from '../kubernetes.ts'
import { getJson, kubectlBank, $ } from '../shell.ts'
import { names } from '../settings.ts'
import { type TiltResource, tiltResources } from '../tilt.ts'
import { TILTS_OWN } from './rules/tilt.ts'

type EndedJob = Job & { status?: { conditions?: { type: string; status: string }[] } }

const inBank = ['--namespace', names.namespace]

const trigger = (name: string) => $`tilt trigger ${name}`.timeout('10s', 'SIGKILL').nothrow()

/** How often Tilt is told again what it tripped over. */
const AGAIN_MS = 10_000

/** Lets Tilt try again, now and then, what failed for no reason but its own. */
export class TiltsOwnMistakes {
  #last = -Infinity

  async retry(parts: readonly TiltResource[], now: number): Promise<void> {
    const tripped = parts.filter(({ updateError = '' }) => TILTS_OWN.test(updateError))
    if (tripped.length === 0 || now - this.#last < AGAIN_MS) return
    this.#last = now
    for (const { name } of tripped) await trigger(name)
  }
}

/**
 * Lets what failed before try again now: an update that Tilt would repeat only after an edit, a Job that has given
 * up, a container that waits minutes for its next start. Whatever was wrong may have been mended, and if it was not,
 * its words are fresh.
 */
export async function retryWhatWaits(): Promise<void> {
  const [pods, jobs, parts] = await Promise.all([
    getJson<List<Pod>>(['pods', ...inBank]),
    getJson<List<EndedJob>>(['jobs', ...inBank]),
    tiltResources(),
  ])
  const failedJobs = jobs.items.filter(({ status }) =>
    status?.conditions?.some((condition) => condition.type === 'Failed' && condition.status === 'True'),
  )
  const failed = new Set([
    ...failedJobs.map(({ metadata }) => metadata.name),
    // Tilt deletes what it was told to update, which would end a part that runs on without its last edit.
    ...parts
      .filter((part) => part.updateError !== undefined && !part.liveUpdateFailed)
      .map(({ name }) => name),
  ])
  for (const name of failed) await trigger(name)
  const waiting = pods.items.filter(({ metadata, status }) => {
    const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
    const backsOff = containers.some(({ state }) => state.waiting?.reason?.endsWith('BackOff'))
    const ofJob = metadata.ownerReferences?.[0]?.kind === 'Job'
    return backsOff && !ofJob && metadata.deletionTimestamp === undefined
  })
  if (waiting.length === 0) return
  await kubectlBank([
    'delete',
    'pod',
    '--wait=false',
    ...waiting.map(({ metadata }) => metadata.name),
  ]).nothrow()
}
