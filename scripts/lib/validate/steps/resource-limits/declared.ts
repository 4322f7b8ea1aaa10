import type { List, Metadata, PodSpec } from '../../../kubernetes.ts'
import { names } from '../../../settings.ts'
import { getJson } from '../../../shell.ts'
import { finding, type Finding } from '../../finding.ts'
import { NODE_NAMESPACE } from '../../live-pods.ts'

interface Template {
  kind: string
  metadata: Metadata
  spec: { template?: { spec: PodSpec }; jobTemplate?: { spec: { template: { spec: PodSpec } } } }
}

const KINDS = 'deployments,statefulsets,daemonsets,cronjobs'

function judge({ kind, metadata, spec }: Template): Finding {
  const subject = `${kind}/${metadata.name}`
  const pod = spec.template?.spec ?? spec.jobTemplate?.spec.template.spec
  const containers = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]
  const missing = containers.flatMap(({ name, resources = {} }) =>
    (['requests', 'limits'] as const).flatMap((which) =>
      ['cpu', 'memory']
        .filter((what) => resources[which]?.[what] === undefined)
        .map((what) => `${name} has no ${which}.${what}`),
    ),
  )
  if (containers.length === 0 || missing.length > 0) {
    const evidence = missing.join(', ') || 'it has no container'
    return finding('declares-limits', subject, 'failed', evidence, 'its manifest in k8s must say all four')
  }
  const seen = containers.map(
    ({ name, resources }) => `${name} ${resources?.limits?.['cpu']}, ${resources?.limits?.['memory']}`,
  )
  return finding('declares-limits', subject, 'passed', seen.join('; '))
}

/**
 * Whether everything that makes pods says what they request and are limited in. Of the pods themselves this can't be told:
 * the LimitRange gives what is missing.
 */
export async function judgeTemplates(): Promise<Finding[]> {
  const lists = await Promise.all(
    [names.namespace, NODE_NAMESPACE].map((namespace) =>
      getJson<List<Template>>(['--namespace', namespace, KINDS]),
    ),
  )
  return lists.flatMap(({ items }) => items).map(judge)
}
