import { BlockList, isIPv6 } from 'node:net'
import type { Labels } from '../kubernetes.ts'

interface Requirement {
  key: string
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  values?: string[]
}

interface Selector {
  matchLabels?: Labels
  matchExpressions?: Requirement[]
}

interface Peer {
  podSelector?: Selector
  namespaceSelector?: Selector
  ipBlock?: { cidr: string; except?: string[] }
}

interface PolicyPort {
  port?: number | string
  endPort?: number
  protocol?: string
}

/** A NetworkPolicy as the API server gives it. */
export interface NetworkPolicy {
  metadata: { name: string; namespace: string }
  spec: {
    podSelector: Selector
    policyTypes?: ('Ingress' | 'Egress')[]
    ingress?: { from?: Peer[]; ports?: PolicyPort[] }[]
    egress?: { to?: Peer[]; ports?: PolicyPort[] }[]
  }
}

/** A pod as policies see it. */
export interface Endpoint {
  namespace: string
  namespaceLabels: Labels
  labels: Labels
  ip: string
}

/** A port of a pod. */
export interface TargetPort {
  number: number
  name?: string
  /** TCP if it is not given. */
  protocol?: 'TCP' | 'UDP'
}

function meets({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = labels[key]
  switch (operator) {
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
  }
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  return equal && matchExpressions.every((requirement) => meets(requirement, labels))
}

function contains(cidr: string, ip: string): boolean {
  const [address = '', prefix = '0'] = cidr.split('/')
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if ((family === 'ipv6') !== isIPv6(ip)) return false
  const list = new BlockList()
  list.addSubnet(address, Number(prefix), family)
  return list.check(ip, family)
}

function isPeer(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  namespace: string,
  pod: Endpoint,
): boolean {
  if (ipBlock)
    return contains(ipBlock.cidr, pod.ip) && !(ipBlock.except ?? []).some((cidr) => contains(cidr, pod.ip))
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, pod.namespaceLabels)
    : pod.namespace === namespace
  return inNamespace && selects(podSelector ?? {}, pod.labels)
}

function isPort({ port, endPort, protocol = 'TCP' }: PolicyPort, target: TargetPort): boolean {
  if (protocol !== (target.protocol ?? 'TCP')) return false
  if (port === undefined || port === target.name) return true
  return typeof port === 'number' && port <= target.number && target.number <= (endPort ?? port)
}

/**
 * Whether policies let one pod reach a port of another: the sender's side and the receiver's side must both say
 * so, where a side that no policy selects says yes to everything.
 */
export function allows(
  policies: readonly NetworkPolicy[],
  from: Endpoint,
  to: Endpoint,
  port: TargetPort,
): boolean {
  const side = (type: 'Ingress' | 'Egress', self: Endpoint, other: Endpoint) => {
    const own = policies.filter(({ metadata, spec }) => {
      const types = spec.policyTypes ?? (spec.egress ? ['Ingress', 'Egress'] : ['Ingress'])
      return (
        metadata.namespace === self.namespace &&
        types.includes(type) &&
        selects(spec.podSelector, self.labels)
      )
    })
    if (own.length === 0) return true
    return own.some(({ metadata, spec }) => {
      const rules =
        type === 'Ingress'
          ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
          : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))
      return rules.some(
        ({ peers = [], ports = [] }) =>
          (peers.length === 0 || peers.some((peer) => isPeer(peer, metadata.namespace, other))) &&
          (ports.length === 0 || ports.some((candidate) => isPort(candidate, port))),
      )
    })
  }
  return side('Egress', from, to) && side('Ingress', to, from)
}
