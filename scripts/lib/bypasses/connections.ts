import type { Bypass, Place } from './bypass.ts'
import { yamlObjects, type Tree } from './tree.ts'

interface Rule {
  from?: unknown[]
  to?: unknown[]
  ports?: { port?: number | string; endPort?: number }[]
}

interface Policy {
  kind?: string
  metadata?: { name?: string }
  spec?: { podSelector?: object; policyTypes?: string[]; ingress?: Rule[]; egress?: Rule[] }
}

const TO_CLUSTER = 'the API server is on a node, whose address a release names; the port is one'

const policiesIn = (tree: Tree) =>
  yamlObjects(tree, 'k8s')
    .map(({ file, object }): { file: string; policy: Policy } => ({ file, policy: object ?? {} }))
    .filter(({ policy }) => policy.kind === 'NetworkPolicy')

function missingDenials(tree: Tree): Place[] {
  const found = policiesIn(tree).filter(
    ({ policy: { metadata, spec } }) =>
      metadata?.name === 'default-deny' &&
      spec !== undefined &&
      Object.keys(spec.podSelector ?? { absent: true }).length === 0 &&
      ['Ingress', 'Egress'].every((type) => spec.policyTypes?.includes(type)) &&
      (spec.ingress ?? []).length === 0 &&
      (spec.egress ?? []).length === 0,
  )
  return ['k8s/base/network', 'k8s/components/observability/node'].flatMap((folder) => {
    const listed = tree.files.get(`${folder}/kustomization.yaml`)?.includes('- default-deny.yaml')
    const there = found.some(({ file }) => file === `${folder}/default-deny.yaml`)
    return listed && there ? [] : [{ file: folder, text: 'denies nothing by default' }]
  })
}

/** How a rule is wider than from one service to a port of another. */
function width(rule: Rule): string[] {
  const peers = [...(rule.from ?? []), ...(rule.to ?? [])]
  const cidr = (peer: unknown) => (peer as { ipBlock?: { cidr?: string } }).ipBlock?.cidr
  // A selector alone: beside one of a namespace it narrows that.
  const everyone = (peer: unknown) => {
    const { podSelector, namespaceSelector } = peer as { podSelector?: object; namespaceSelector?: object }
    const empty = (selector?: object) => selector !== undefined && Object.keys(selector).length === 0
    return (
      (empty(podSelector) && namespaceSelector === undefined) ||
      (empty(namespaceSelector) && podSelector === undefined)
    )
  }
  return [
    ...(peers.length === 0 ? ['everybody'] : []),
    ...(peers.some(everyone) ? ['an empty selector'] : []),
    // What production's networks are, a release says.
    ...(peers.some((peer) => !/^(255\.255\.255\.255\/32)?$/.test(cidr(peer) ?? ''))
      ? ['a range of addresses']
      : []),
    ...((rule.ports ?? []).length === 0 ? ['every port'] : []),
    ...((rule.ports ?? []).some(({ endPort }) => endPort !== undefined) ? ['a range of ports'] : []),
  ]
}

export const connectionBypasses: readonly Bypass[] = [
  {
    id: 'default-deny-removed',
    what: 'A namespace no longer denies what no file allows',
    why: 'Then every pod reaches every other, and the files that allow something mean nothing.',
    rule: 4,
    remedy: 'put default-deny.yaml back',
    find: missingDenials,
    alsoFoundBy: ['scripts/verify.ts'],
  },
  {
    id: 'widened-policy',
    what: 'A network policy allows everybody, a range of addresses or more than the ports it needs',
    why: 'Somebody who took one pod over reaches the others.',
    rule: 4,
    remedy: 'name one service and its port: allow-FROM-to-TO.yaml',
    find: (tree) =>
      policiesIn(tree).flatMap(({ file, policy: { metadata, spec } }) =>
        [...(spec?.ingress ?? []), ...(spec?.egress ?? [])]
          .flatMap(width)
          .map((what) => ({ file, text: `${metadata?.name}: ${what}` })),
      ),
    allowed: {
      'k8s/base/network/allow-world-to-proxy.yaml':
        'the way in: who comes has an address that nobody knows beforehand',
      'k8s/components/observability/bank/allow-prometheus-to-metrics.yaml':
        'Prometheus alone, to ports called metrics',
      ...Object.fromEntries(
        [
          'acme/bank/allow-acme',
          ...['bank/allow-kube-state-metrics', 'bank/allow-prometheus', 'node/allow-vlagent'].map(
            (name) => `observability/${name}`,
          ),
        ].map((name) => [`k8s/components/${name}-to-cluster.yaml`, TO_CLUSTER]),
      ),
    },
    alsoFoundBy: ['scripts/verify.ts'],
  },
]
