import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { names } from '../../scripts/lib/settings.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'

const of = (name: string) => ({ podSelector: { matchLabels: { 'app.kubernetes.io/name': name } } })
const ports = [{ port: 6379, protocol: 'TCP' }]

const policies = [
  {
    name: 'planted-egress',
    spec: { ...of('web'), policyTypes: ['Egress'], egress: [{ to: [of('redis')], ports }] },
  },
  {
    name: 'planted-ingress',
    spec: { ...of('redis'), policyTypes: ['Ingress'], ingress: [{ from: [of('web')], ports }] },
  },
]

export default {
  breaks: 'the web front end reaches Redis',
  step: 4,
  in: 'bank',
  finds: { rule: 'connections', subject: 'web is refused everywhere else' },
  plant: async () => {
    const items = policies.map(({ name, spec }) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: names.namespace },
      spec,
    }))
    await kubectlBank(
      ['create', '--filename', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    )
    return async () => {
      await kubectlBank([
        'delete',
        'networkpolicy',
        '--ignore-not-found',
        ...policies.map(({ name }) => name),
      ])
    }
  },
} satisfies Fault
