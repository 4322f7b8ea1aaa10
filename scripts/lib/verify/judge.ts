import type { Check } from '../report.ts'
import type { Cell, Finding } from './matrix.ts'
import { allows, type NetworkPolicy } from './policies.ts'
import type { Attempt, Outcome } from './probe-script.ts'
import type { Source, Target } from './topology.ts'

const idOf = ({ service, port }: Target) => `${service}:${port.number}`

/** The id of the attempt to resolve names. */
export const NAMES = 'names'

/** Everything that one pod has to try: what the policies allow in its own protocol, all else by a connection. */
export function attemptsOf(
  source: Source,
  targets: readonly Target[],
  policies: readonly NetworkPolicy[],
  bankNamespace: string,
): Attempt[] {
  const outside = source.namespace !== bankNamespace
  const full = (host: string) => (outside ? `${host}.${bankNamespace}` : host)
  const others = targets.filter(({ service }) => service !== source.service)
  const pairs = others.map((target): Attempt => {
    const id = idOf(target)
    if (!allows(policies, source.endpoint, target.endpoint, target.port)) {
      return { id, expect: 'refused', host: target.endpoint.ip, port: target.port.number }
    }
    const { host, port } = target.address
    // A stranger has no password: that it is let through to the port is all there is to see.
    const protocol =
      outside && target.protocol.kind !== 'http' ? ({ kind: 'connect' } as const) : target.protocol
    return { id, expect: 'works', host: host === target.endpoint.ip ? host : full(host), port, protocol }
  })
  const names = [
    ...new Set(
      targets
        .filter((target) => target.address.host !== target.endpoint.ip)
        .map((target) => target.address.host),
    ),
  ]
  return [...pairs, { id: NAMES, expect: 'resolves', names: ['kubernetes.default', ...names.map(full)] }]
}

function find(attempt: Attempt, outcome: Outcome | undefined, networkWorks: boolean): Finding {
  if (!outcome) return 'unknown'
  if (attempt.expect === 'works') return outcome.result === 'ok' ? 'works' : 'wrong'
  if (outcome.result === 'ok') return 'wrong'
  // Silence proves a refusal only where the pod's network works at all.
  return outcome.result === 'silent' && networkWorks ? 'refused' : 'unknown'
}

/** One row of the matrix. */
export function judge(
  source: Source,
  targets: readonly Target[],
  attempts: readonly Attempt[],
  outcomes: ReadonlyMap<string, Outcome>,
): Cell[] {
  const networkWorks = outcomes.get(NAMES)?.result === 'ok'
  return targets.map((target) => {
    const pair = { from: source.service, to: target.service, port: target.port.number }
    const attempt = attempts.find(({ id }) => id === idOf(target))
    if (!attempt) return { ...pair, finding: 'self', allowed: false, detail: '' }
    const outcome = outcomes.get(attempt.id)
    const finding = find(attempt, outcome, networkWorks)
    const detail = outcome?.detail ?? 'the pod gave no answer'
    return { ...pair, finding, allowed: attempt.expect === 'works', detail }
  })
}

const name = ({ to, port }: Cell) => `${to}:${port}`

/** The checks of one row: one for each allowed edge, one for all that must be refused. */
export function edgeChecks(source: Source, cells: readonly Cell[]): Check[] {
  const { service } = source
  const edges = cells
    .filter(({ allowed }) => allowed)
    .map((cell): Check => {
      const check = { name: `${service} → ${name(cell)} works`, evidence: cell.detail }
      if (cell.finding === 'works') return { ...check, verdict: 'passed' }
      const remedy = `see ./dway logs ${cell.to}, and the policies: kubectl get networkpolicies`
      return { ...check, verdict: cell.finding === 'wrong' ? 'failed' : 'could not verify', remedy }
    })
  const forbidden = cells.filter(({ allowed, finding }) => !allowed && finding !== 'self')
  const wrong = forbidden.filter(({ finding }) => finding === 'wrong')
  const unknown = forbidden.filter(({ finding }) => finding === 'unknown')
  const refusal = { name: `${service} is refused everywhere else` }
  if (wrong.length > 0) {
    const evidence = `it reached ${wrong.map(name).join(', ')}`
    return [
      ...edges,
      { ...refusal, verdict: 'failed', evidence, remedy: 'no policy allows this: is the CNI running?' },
    ]
  }
  if (unknown.length > 0) {
    const evidence = unknown.map((cell) => `${name(cell)}: ${cell.detail}`).join('; ')
    const remedy = `is the pod ${source.pod} healthy, and does DNS work from it?`
    return [...edges, { ...refusal, verdict: 'could not verify', evidence, remedy }]
  }
  return [
    ...edges,
    { ...refusal, verdict: 'passed', evidence: `${forbidden.length} ports, no answer from any` },
  ]
}

/** Whether the policies deny by default and name only services that have a pod. */
export function policyChecks(
  policies: readonly NetworkPolicy[],
  services: readonly string[],
  label: string,
): Check[] {
  const denies = (type: 'Ingress' | 'Egress') =>
    policies.some(({ spec }) => {
      const rules = type === 'Ingress' ? spec.ingress : spec.egress
      const all =
        Object.keys(spec.podSelector.matchLabels ?? {}).length === 0 && !spec.podSelector.matchExpressions
      return all && spec.policyTypes?.includes(type) === true && (rules ?? []).length === 0
    })
  const denied = denies('Ingress') && denies('Egress')
  const byDefault: Check = denied
    ? { name: 'deny by default', verdict: 'passed', evidence: `${policies.length} policies are applied` }
    : {
        name: 'deny by default',
        verdict: 'failed',
        evidence: `none of ${policies.length} policies denies everything to every pod`,
        remedy: 'apply k8s/base/network: ./dway up',
      }
  const named = new Set(
    policies.map(({ spec }) => spec.podSelector.matchLabels?.[label]).filter((one) => one !== undefined),
  )
  const missing = [...named].filter((service) => !services.includes(service))
  const orphans = missing.map((service): Check => ({
    name: `edges of ${service}`,
    verdict: 'could not verify',
    evidence: 'policies name it, but it has no running pod',
    remedy: './dway status shows what runs',
  }))
  return [byDefault, ...orphans]
}

/** Whether every pod resolves the services' names. */
export function dnsCheck(rows: readonly { source: Source; outcomes: ReadonlyMap<string, Outcome> }[]): Check {
  const check = { name: 'DNS in every pod' }
  const silent = rows.filter(({ outcomes }) => !outcomes.has(NAMES))
  const failed = rows.filter(({ outcomes }) => (outcomes.get(NAMES)?.result ?? 'ok') !== 'ok')
  const remedy = 'kubectl --namespace kube-system get pods --selector k8s-app=kube-dns'
  if (failed.length > 0) {
    const evidence = failed
      .map(({ source, outcomes }) => `${source.service}: ${outcomes.get(NAMES)?.detail}`)
      .join('; ')
    return { ...check, verdict: 'failed', evidence, remedy }
  }
  if (silent.length > 0 || rows.length === 0) {
    const evidence = `no answer from ${silent.map(({ source }) => source.service).join(', ') || 'any pod'}`
    return { ...check, verdict: 'could not verify', evidence, remedy }
  }
  return { ...check, verdict: 'passed', evidence: `${rows.length} pods resolve the services and the cluster` }
}
