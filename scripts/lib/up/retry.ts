import type { Job, List, Pod } from '../kubernetes.ts'
import { getJson, kubectlBank, $ } from '../shell.ts'
import { names } from '../settings.ts'
import { tiltResources } from '../tilt.ts'

type EndedJob = Job & { status?: { conditions?: { type: string; status: string }[] } }

const inBank = ['--namespace', names.namespace]

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
  for (const name of failed) await $`tilt trigger ${name}`.timeout('10s', 'SIGKILL').nothrow()
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
