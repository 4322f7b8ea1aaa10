import type { Job, List, Pod } from '../kubernetes.ts'
import { getJson, kubectlBank, $ } from '../shell.ts'
import { names } from '../settings.ts'

type EndedJob = Job & { status?: { conditions?: { type: string; status: string }[] } }

const inBank = ['--namespace', names.namespace]

/**
 * Lets what failed before try again now: a container that waits minutes for its next start, a Job that has given
 * up. Whatever was wrong may have been mended, and if it was not, its words are fresh.
 */
export async function retryWhatWaits(): Promise<void> {
  const [pods, jobs] = await Promise.all([
    getJson<List<Pod>>(['pods', ...inBank]),
    getJson<List<EndedJob>>(['jobs', ...inBank]),
  ])
  const failedJobs = jobs.items.filter(({ status }) =>
    status?.conditions?.some((condition) => condition.type === 'Failed' && condition.status === 'True'),
  )
  for (const { metadata } of failedJobs) await $`tilt trigger ${metadata.name}`.nothrow()
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
