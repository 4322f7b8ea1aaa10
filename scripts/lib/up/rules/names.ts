import { names } from '../../settings.ts'
import { allows, type Endpoint } from '../../verify/policies.ts'
import { dependenciesOf } from '../dependencies.ts'
import type { Finding } from '../finding.ts'
import { serviceOf, type Snapshot } from '../snapshot.ts'

const nameServer: Endpoint = {
  namespace: 'kube-system',
  namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
  labels: { 'k8s-app': 'kube-dns' },
  ip: '',
}

/** Parts that ask others by name and that no network policy lets ask the name server. */
export function nameFindings({ pods, policies }: Snapshot): Finding[] {
  const dependencies = dependenciesOf(policies)
  const cut = pods.filter((pod) => {
    const { labels = {}, namespace } = pod.metadata
    const self: Endpoint = { namespace, namespaceLabels: {}, labels, ip: pod.status.podIP ?? '' }
    const asks = (dependencies.get(serviceOf(pod))?.size ?? 0) > 0
    return asks && !allows(policies, self, nameServer, { number: 53, protocol: 'UDP' })
  })
  const services = [...new Set(cut.map(serviceOf))].sort()
  const [resource] = services
  if (resource === undefined) return []
  const others = services.length > 1 ? `, nor ${services.slice(1).join(', ')}` : ''
  return [
    {
      resource,
      cause: 'no-dns',
      message: `no NetworkPolicy lets ${resource} ask the name server (kube-dns, UDP port 53)${others}`,
      evidence: [
        `policies in ${names.namespace}: ${policies.map(({ metadata }) => metadata.name).join(', ')}`,
      ],
      patience: 2,
    },
  ]
}
