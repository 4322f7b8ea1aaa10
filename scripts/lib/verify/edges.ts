import { NAME_LABEL, type Job, type List, type Pod, type Service } from '../kubernetes.ts'
import { UserError } from '../errors.ts'
import type { Check } from '../report.ts'
import { names } from '../settings.ts'
import { getJson, kubectl } from '../shell.ts'
import { attemptsOf, dnsCheck, edgeChecks, judge, policyChecks } from './judge.ts'
import type { Cell } from './matrix.ts'
import type { NetworkPolicy } from './policies.ts'
import { parseOutcomes, probeScript } from './probe-script.ts'
import { removeStandIns, startStandIn, startStranger } from './stand-ins.ts'
import { onePodEach, sourceOf, targetsOf, type Source, type Target } from './topology.ts'

const bank = ['--namespace', names.namespace]

/** Runs all attempts of one pod, in it. */
async function tryFrom(source: Source, targets: readonly Target[], policies: readonly NetworkPolicy[]) {
  const attempts = attemptsOf(source, targets, policies, names.namespace)
  const { namespace, pod, container } = source
  const exec = [
    'exec',
    '--stdin',
    '--namespace',
    namespace,
    pod,
    '--container',
    container,
    '--',
    'bash',
    '-s',
  ]
  const probe = async () => {
    const { stdout } = await kubectl(exec, probeScript(attempts)).timeout('60s').nothrow()
    return parseOutcomes(stdout)
  }
  let outcomes = await probe()
  // A pod that was too busy to tell of all of them says nothing about the network: it is asked once more.
  if (outcomes.size < attempts.length) outcomes = await probe()
  return { source, outcomes, cells: judge(source, targets, attempts, outcomes) }
}

interface CronJob {
  metadata: Job['metadata']
  spec: { jobTemplate: Pick<Job, 'spec'> }
}

/** Jobs whose pods have ended or are still to come, one for each service that has no running pod. */
function absentJobs(jobs: readonly Job[], running: ReadonlyMap<string, Pod>): Job[] {
  const found = new Map<string, Job>()
  for (const job of jobs) {
    const service = job.spec.template.metadata?.labels?.[NAME_LABEL]
    if (service && !running.has(service)) found.set(service, job)
  }
  return [...found.values()]
}

/**
 * Lets every service's pod, and a stranger, try every port of every other service.
 * @param declared the policies by which an edge is allowed, if not those that are applied
 * @throws UserError if nothing runs, or if a pod that stands in for another does not start
 */
export async function checkEdges(
  declared?: readonly NetworkPolicy[],
): Promise<{ cells: Cell[]; checks: Check[] }> {
  await removeStandIns()
  const [pods, services, jobs, cronJobs, applied, namespace] = await Promise.all([
    getJson<List<Pod>>([...bank, 'pods']),
    getJson<List<Service>>([...bank, 'services']),
    getJson<List<Job>>([...bank, 'jobs']),
    getJson<List<CronJob>>([...bank, 'cronjobs']),
    getJson<List<NetworkPolicy>>([...bank, 'networkpolicies']),
    getJson<Pick<Pod, 'metadata'>>(['namespace', names.namespace]),
  ])
  const { labels = {} } = namespace.metadata
  const running = onePodEach(pods.items)
  const image = (running.get('api') ?? running.values().next().value)?.spec.containers[0]?.image
  if (image === undefined) throw new UserError('no pod of the bank runs: ./dway up starts them')
  const real = [...running].map(([service, pod]) => sourceOf(service, pod, labels))
  const targets = [...running]
    .sort(([one], [other]) => one.localeCompare(other))
    .flatMap(([service, pod]) => targetsOf(service, pod, labels, services.items))
  const toCome = cronJobs.items.map(({ metadata, spec }): Job => ({ metadata, spec: spec.jobTemplate.spec }))
  try {
    const standIns = await Promise.all([
      ...absentJobs([...jobs.items, ...toCome], running).map(startStandIn),
      startStranger(image),
    ])
    const stranger = standIns.pop()
    const sources = [...real, ...standIns].sort((one, other) => one.service.localeCompare(other.service))
    if (stranger) sources.push(stranger)
    const policies = declared ?? applied.items
    const rows = await Promise.all(sources.map((source) => tryFrom(source, targets, policies)))
    const known = sources.map(({ service }) => service)
    return {
      cells: rows.flatMap((row) => row.cells),
      checks: [
        ...policyChecks(applied.items, known, NAME_LABEL),
        ...rows.flatMap((row) => edgeChecks(row.source, row.cells)),
        dnsCheck(rows),
      ],
    }
  } finally {
    await removeStandIns()
  }
}
