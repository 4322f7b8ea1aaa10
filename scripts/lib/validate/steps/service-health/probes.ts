import type { Container, Probe } from '../../../kubernetes.ts'
import { inContainer } from '../../../pods.ts'
import { parseOutcomes, probeScript, type Attempt } from '../../../verify/probe-script.ts'
import { finding, type Finding } from '../../finding.ts'
import type { LiveContainer, WantedContainer } from '../../live-pods.ts'

export const kinds = ['startup', 'liveness', 'readiness'] as const
export type Kind = (typeof kinds)[number]

/** What the kubelet asks a container. */
export const probeOf = (container: Container, kind: Kind): Probe | undefined => container[`${kind}Probe`]

/** Which of the usual probes a container does without, and why. */
const without: Record<string, { kinds: readonly Kind[]; why: string }> = {
  'Deployment/proxy/exporter': {
    kinds: ['readiness'],
    why: 'the front door serves also where nobody counts what it does',
  },
  'StatefulSet/postgres/backup': {
    kinds: ['liveness', 'readiness'],
    why: 'PostgreSQL serves also where no backup can be made',
  },
}

/** What may take longer to start than its liveness probe would wait. */
const slowStarters: readonly string[] = [
  ...['api', 'mailbox', 'perses', 'pgadmin', 'proxy', 'redis-commander', 'web', 'zipkin'].map(
    (name) => `Deployment/${name}`,
  ),
  ...['elasticsearch', 'object-store', 'postgres', 'prometheus', 'redis', 'victorialogs'].map(
    (name) => `StatefulSet/${name}`,
  ),
]

const REMEDY = 'give it the probe in its manifest in k8s, and let Tilt apply it'

/** Whether a container is asked all that it should be. */
export function judgePresence({ subject, container }: WantedContainer): Finding {
  const excused = without[subject]
  const wanted = kinds.filter((kind) =>
    kind === 'startup' ? slowStarters.includes(subject) : excused?.kinds.includes(kind) !== true,
  )
  const missing = wanted.filter((kind) => probeOf(container, kind) === undefined)
  if (missing.length > 0)
    return finding('has-probes', subject, 'failed', `no ${missing.join(' and no ')} probe`, REMEDY)
  const good = [wanted.join(', '), excused?.why].filter(Boolean).join('; ')
  return finding('has-probes', subject, 'passed', good)
}

function attemptOf(kind: Kind, probe: Probe, { pod, container }: LiveContainer): Attempt | undefined {
  const named = probe.httpGet?.port ?? probe.tcpSocket?.port
  if (named === undefined) return undefined
  const port =
    typeof named === 'number'
      ? named
      : (container.ports?.find(({ name }) => name === named)?.containerPort ?? 0)
  const protocol = probe.httpGet
    ? ({
        kind: 'http',
        path: probe.httpGet.path ?? '/',
        secure: probe.httpGet.scheme === 'HTTPS',
      } as const)
    : ({ kind: 'connect' } as const)
  // The kubelet asks the same address.
  return { id: kind, expect: 'works', host: pod.status.podIP ?? '127.0.0.1', port, protocol }
}

/** What a probe found. */
export interface Answer {
  good: boolean
  said: string
}

/** Asks a container's probes as the kubelet does, but in the pod. Those that gave no answer are left out. */
export async function askProbes(
  live: LiveContainer,
  asked: readonly Kind[] = kinds,
): Promise<Map<Kind, Answer>> {
  const { pod, container } = live
  const answers = new Map<Kind, Answer>()
  const attempts: Attempt[] = []
  const commands: [Kind, string[]][] = []
  for (const kind of asked) {
    const probe = probeOf(container, kind)
    const attempt = probe && attemptOf(kind, probe, live)
    if (attempt) attempts.push(attempt)
    if (probe?.exec) commands.push([kind, probe.exec.command])
  }
  const tryAttempts = async () => {
    const { stdout } = await inContainer(pod, container.name, ['bash', '-s'], probeScript(attempts))
    for (const [id, { result, detail }] of parseOutcomes(stdout))
      answers.set(id as Kind, { good: result === 'ok', said: detail })
  }
  await Promise.all([
    ...(attempts.length > 0 ? [tryAttempts()] : []),
    ...commands.map(async ([kind, command]) => {
      const { exitCode } = await inContainer(pod, container.name, command)
      answers.set(kind, { good: exitCode === 0, said: `${command[0] ?? ''} ended with ${exitCode ?? 1}` })
    }),
  ])
  return answers
}

/** Whether each probe of a container finds what it looks for. */
export async function judgeAnswers(live: LiveContainer): Promise<Finding[]> {
  const asked = kinds.filter((kind) => probeOf(live.container, kind) !== undefined)
  if (asked.length === 0) return []
  const answers = await askProbes(live)
  const seen = asked.map((kind) => `${kind}: ${answers.get(kind)?.said ?? 'no answer'}`).join(', ')
  const remedy = `./dway logs ${live.pod.metadata.labels?.['app.kubernetes.io/name'] ?? live.subject} says why`
  const silent = asked.some((kind) => !answers.has(kind))
  const bad = asked.some((kind) => answers.get(kind)?.good === false)
  const verdict = bad ? 'failed' : silent ? 'could not verify' : 'passed'
  return [finding('probes-answer', live.subject, verdict, seen, verdict === 'passed' ? undefined : remedy)]
}

/** What should run and does not answers no probe. */
export const judgeAbsence = ({ subject }: WantedContainer): Finding =>
  finding('probes-answer', subject, 'failed', 'no pod of it runs', './dway status says what it waits for')
