import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { NAME_LABEL, type Job, type Pod } from '../kubernetes.ts'
import { getJson, kubectl, kubectlBank, must } from '../shell.ts'
import { sourceOf, standInFor, strangerPod, type Source } from './topology.ts'

const LABEL = 'app.kubernetes.io/managed-by'
const OWNER = 'dway-verify'
const labels = { [LABEL]: OWNER }
const NAMESPACE_LABEL = 'kubernetes.io/metadata.name'

/** Removes everything that this module made, in this run or in one that was cut short. */
export async function removeStandIns(): Promise<void> {
  const selector = ['--selector', `${LABEL}=${OWNER}`, '--ignore-not-found', '--wait=false']
  await Promise.all([
    must('the stand-in pods were not removed', kubectlBank(['delete', 'pods', ...selector])),
    must("the stranger's namespace was not removed", kubectl(['delete', 'namespaces', ...selector])),
  ])
}

async function create(what: string, object: object): Promise<void> {
  await must(`${what} was not made`, kubectl(['create', '--filename', '-'], JSON.stringify(object)))
}

async function running(namespace: string, name: string): Promise<Pod> {
  const wait = [
    'wait',
    '--namespace',
    namespace,
    `pod/${name}`,
    '--for=condition=ContainersReady',
    '--timeout=60s',
  ]
  await must(`the pod ${name} did not start`, kubectl(wait))
  return getJson<Pod>(['--namespace', namespace, 'pod', name])
}

/** A pod with the labels, environment and limits of a Job's, which waits for commands. */
export async function startStandIn(job: Job): Promise<Source> {
  const service = job.spec.template.metadata?.labels?.[NAME_LABEL] ?? job.metadata.name
  const name = `${service}-verify-${randomBytes(3).toString('hex')}`
  await create(`the stand-in for ${service}`, standInFor(job, name, labels))
  const { namespace } = job.metadata
  return sourceOf(service, await running(namespace, name), { [NAMESPACE_LABEL]: namespace })
}

/** A pod that has nothing to do with the bank, in a namespace of its own. */
export async function startStranger(image: string): Promise<Source> {
  const namespace = `stranger-${randomBytes(3).toString('hex')}`
  await create('a namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } })
  // A pod is refused until its namespace has a service account, which takes a moment.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await create('the stranger', strangerPod(namespace, image))
      break
    } catch (error) {
      if (attempt === 20) throw error
      await sleep(250)
    }
  }
  return sourceOf('a stranger', await running(namespace, 'stranger'), {
    [NAMESPACE_LABEL]: namespace,
    ...labels,
  })
}
