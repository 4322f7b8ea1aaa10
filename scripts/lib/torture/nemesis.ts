import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { reachCluster } from '../cluster.ts'
import { killProcess } from '../container-process.ts'
import { NAME_LABEL, type List, type Pod } from '../kubernetes.ts'
import { seededRandom } from '../seed/random.ts'
import { names } from '../settings.ts'
import { $, getJson, kubectlBank, must } from '../shell.ts'

export const services = ['postgres', 'api', 'redis', 'proxy'] as const
export type Service = (typeof services)[number]
export type Victim = Service | 'node'

/** From this many kills on, one of them is the node's restart. */
const NODE_FROM = 5

/**
 * Who is killed, in that order: each service once before any is killed again, and the node once in between.
 * The same for the same seed.
 */
export function victims(seed: number, kills: number): Victim[] {
  const random = seededRandom(`nemesis ${seed}`)
  const order: Victim[] = []
  const wanted = kills >= NODE_FROM ? kills - 1 : kills
  while (order.length < wanted) {
    const round = [...services]
    while (round.length > 0 && order.length < wanted)
      order.push(...round.splice(random.below(round.length), 1))
  }
  if (kills > wanted)
    order.splice(services.length + random.below(order.length - services.length + 1), 0, 'node')
  return order
}

/** How long a node may take until it is gone, and the pods of a service until one of them runs. */
const PATIENCE_MS = 60_000

async function runningPod(service: Service, pick: (limit: number) => number): Promise<Pod> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const selector = `--selector=${NAME_LABEL}=${service}`
    const { items } = await getJson<List<Pod>>(['--namespace', names.namespace, 'pods', selector])
    const running = items.filter(({ metadata, status }) => {
      const [container] = status.containerStatuses ?? []
      return metadata.deletionTimestamp === undefined && container?.state.running !== undefined
    })
    const pod = running[pick(running.length)]
    if (pod) return pod
    if (performance.now() > deadline) throw new UserError(`no pod of ${service} runs`)
    await sleep(500)
  }
}

/** What was killed, and when. */
export interface Kill {
  name: string
  at: number
}

/** Kills what a pod runs. Kubernetes starts it again, in the same pod or, if it waits with that, in a new one. */
async function killPod(service: Service, pick: (limit: number) => number): Promise<Kill> {
  const pod = await runningPod(service, pick)
  const { metadata, status } = pod
  const [container] = status.containerStatuses ?? []
  const at = performance.now()
  await must(`${metadata.name} was not killed`, killProcess(pod))
  // The kubelet starts a container at once the first time, then after 10 s, 20 s, …; a new pod begins at the beginning.
  if (container && container.restartCount > 0)
    await must(
      `${metadata.name} was not deleted`,
      kubectlBank(['delete', 'pod', metadata.name, '--wait=false', '--grace-period=1']),
    )
  return { name: metadata.name, at }
}

async function restartNode(): Promise<Kill> {
  const at = performance.now()
  await must('the node was not killed', $`docker kill ${names.node}`)
  await sleep(1000)
  await must('the node was not started', $`docker start ${names.node}`)
  return { name: names.node, at }
}

/** Lets the scripts talk to a cluster whose node was restarted. */
export async function reachAgain(): Promise<void> {
  const deadline = performance.now() + 2 * PATIENCE_MS
  while (!(await reachCluster())) {
    if (performance.now() > deadline)
      throw new UserError('the cluster does not answer since its node was restarted')
    await sleep(500)
  }
}

/**
 * Kills a victim with SIGKILL.
 * @param pick chooses among its pods: a whole number from 0 up to limit - 1
 * @throws UserError if it could not be killed
 */
export async function kill(victim: Victim, pick: (limit: number) => number): Promise<Kill> {
  return victim === 'node' ? restartNode() : killPod(victim, pick)
}
