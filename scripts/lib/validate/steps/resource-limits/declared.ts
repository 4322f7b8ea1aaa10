import { finding, type Finding } from '../../finding.ts'
import { podTemplates, type PodTemplate } from '../../live-pods.ts'

function judge({ workload, spec }: PodTemplate): Finding {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  const missing = containers.flatMap(({ name, resources = {} }) =>
    (['requests', 'limits'] as const).flatMap((which) =>
      ['cpu', 'memory']
        .filter((what) => resources[which]?.[what] === undefined)
        .map((what) => `${name} has no ${which}.${what}`),
    ),
  )
  if (containers.length === 0 || missing.length > 0) {
    const evidence = missing.join(', ') || 'it has no container'
    return finding('declares-limits', workload, 'failed', evidence, 'its manifest in k8s must say all four')
  }
  const seen = containers.map(
    ({ name, resources }) =>
      `${name} at most ${resources?.limits?.['cpu']} CPU and ${resources?.limits?.['memory']} of memory`,
  )
  return finding('declares-limits', workload, 'passed', seen.join('; '))
}

/**
 * Whether everything that makes pods says what they request and are limited in. Of the pods themselves this can't be told:
 * the LimitRange gives what is missing.
 */
export async function judgeTemplates(): Promise<Finding[]> {
  return (await podTemplates()).map(judge)
}
