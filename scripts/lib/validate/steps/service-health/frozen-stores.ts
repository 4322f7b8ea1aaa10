import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../../errors.ts'
import { whileFrozen } from '../../../frozen-store.ts'
import { isReady } from '../../../kubernetes.ts'
import { podOf } from '../../../pods.ts'
import { finding, type Finding } from '../../finding.ts'
import { liveContainers } from '../../live-pods.ts'
import { askProbes, type Answer } from './probes.ts'

/** What the api can't serve without. */
const stores = ['postgres', 'redis'] as const
const SUBJECT = 'Deployment/api'

/** Readiness is asked every two seconds, and three times it has to fail; the kubelet would end a frozen store after a minute. */
const FALL_MS = 20_000
const RETURN_MS = 30_000
const LOOK_MS = 500

/** The pod of the api, and how often its container was started. */
async function lookAtApi() {
  const pod = await podOf('api')
  const own = pod.status.containerStatuses?.find(({ name }) => name === 'api')
  return {
    ready: isReady(pod),
    starts: `${pod.metadata.uid} ${own?.restartCount ?? 0}`,
    restarts: own?.restartCount ?? 0,
  }
}

/** Waits until the api is ready, or not; returns the seconds, or undefined if time is up. */
async function secondsUntil(ready: boolean, withinMs: number): Promise<number | undefined> {
  const began = performance.now()
  while (performance.now() - began < withinMs) {
    if ((await lookAtApi()).ready === ready) return (performance.now() - began) / 1000
    await sleep(LOOK_MS)
  }
  return undefined
}

/** What was seen of the api while one store was frozen. */
interface Seen {
  store: string
  /** Seconds; undefined if it never came. */
  fell: number | undefined
  returned: number | undefined
  alive: Answer | undefined
  restarted: boolean
}

async function freeze(store: string): Promise<Seen> {
  const before = await lookAtApi()
  if (!before.ready) throw new UserError(`the api is not ready before ${store} is frozen`)
  const api = (await liveContainers()).find(({ subject }) => subject === SUBJECT)
  if (api === undefined) throw new UserError('no api runs')
  // At once, so that the store is away for no longer than it takes to see.
  const [fell, answers] = await whileFrozen(store, () =>
    Promise.all([secondsUntil(false, FALL_MS), askProbes(api, ['liveness'])]),
  )
  const alive = answers.get('liveness')
  const returned = await secondsUntil(true, RETURN_MS)
  const after = await lookAtApi()
  return { store, fell, returned, alive, restarted: after.starts !== before.starts }
}

const seconds = (value: number | undefined) => (value === undefined ? 'never' : `after ${value.toFixed(0)} s`)

/** Freezes PostgreSQL and Redis, one after the other, and looks what the cluster is told of the api. */
export async function judgeWithoutStores(signal: AbortSignal): Promise<Finding[]> {
  const seen: Seen[] = []
  for (const store of stores) {
    signal.throwIfAborted()
    const one = await freeze(store)
    seen.push(one)
    // Whoever did not notice the first will not notice the second.
    if (one.fell === undefined) break
  }
  const all = (what: (one: Seen) => string) =>
    seen.map((one) => `${one.store} frozen: ${what(one)}`).join(', ')
  const judge = (rule: string, good: (one: Seen) => boolean, what: (one: Seen) => string, remedy: string) =>
    seen.every(good)
      ? finding(rule, SUBJECT, 'passed', all(what))
      : finding(rule, SUBJECT, 'failed', all(what), remedy)
  const unasked = seen.filter(({ alive }) => alive === undefined)
  return [
    judge(
      'readiness-follows-stores',
      ({ fell }) => fell !== undefined,
      ({ fell }) => `unready ${seconds(fell)}`,
      'its readiness probe must ask /readyz, which asks both stores',
    ),
    unasked.length > 0
      ? finding('liveness-outlives-stores', SUBJECT, 'could not verify', 'the pod gave no answer')
      : judge(
          'liveness-outlives-stores',
          ({ alive }) => alive?.good === true,
          ({ alive }) => alive?.said ?? '',
          'its liveness probe must ask /healthz: a restart mends no store',
        ),
    judge(
      'no-restart-without-stores',
      ({ restarted }) => !restarted,
      ({ restarted }) => (restarted ? 'started again' : 'not started again'),
      './dway logs api --previous says why it ended',
    ),
    judge(
      'readiness-returns',
      ({ returned }) => returned !== undefined,
      ({ returned }) => `ready again ${seconds(returned)}`,
      './dway logs api says what it waits for',
    ),
  ]
}
