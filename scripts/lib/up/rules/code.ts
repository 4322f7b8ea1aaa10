import type { Pod } from '../../kubernetes.ts'
import { containerLog } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { serviceOf, type Snapshot } from '../snapshot.ts'

interface CodeError {
  event: 'code-error'
  msg: string
}

/** The last line of a log, if it says that the code does not run. */
export function codeErrorOf(lines: readonly string[]): CodeError | undefined {
  const line = lines.findLast((text) => text.includes('"event":"code-error"'))
  return line === undefined ? undefined : (JSON.parse(line) as CodeError)
}

async function findingOf(pod: Pod): Promise<Finding[]> {
  const container = pod.status.containerStatuses?.find(({ state, ready }) => state.running && !ready)
  if (!container) return []
  const { name } = pod.metadata
  const error = codeErrorOf(
    await containerLog({ pod: name, container: container.name ?? '', previous: false }),
  )
  if (!error) return []
  const evidence = [`pod ${name}: ${error.msg}`]
  return [{ resource: serviceOf(pod), cause: 'code-error', message: error.msg, evidence, patience: 2 }]
}

/** Containers that stay up while their newest code does not run, as they say themselves in their logs. */
export async function codeFindings({ pods }: Snapshot): Promise<Finding[]> {
  return (await Promise.all(pods.map(findingOf))).flat()
}
