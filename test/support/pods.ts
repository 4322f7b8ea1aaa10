import type { List, Pod as ClusterPod } from '../../scripts/lib/kubernetes.ts'
import { names } from '../../scripts/lib/settings.ts'
import { getJson, kubectlBank } from '../../scripts/lib/shell.ts'

export interface Container {
  name: string
  resources: { requests?: Record<string, string>; limits?: Record<string, string> }
}

export interface Pod {
  metadata: { name: string; labels: Record<string, string>; deletionTimestamp?: string }
  spec: { containers: Container[]; initContainers?: Container[]; serviceAccountName: string }
  status: { phase: string }
}

/**
 * The bank's pods that run and are not about to go; the migration's, which has ended, is not among them.
 * @param service takes only the pods of one service
 */
export async function runningPods(service?: string): Promise<Pod[]> {
  const selector = service === undefined ? [] : ['--selector', `app.kubernetes.io/name=${service}`]
  const { items } = await getJson<{ items: Pod[] }>(['pods', '--namespace', names.namespace, ...selector])
  return items.filter(({ metadata, status }) => status.phase === 'Running' && !metadata.deletionTimestamp)
}

/** The pods of a service as the cluster knows them, in whatever state. */
export async function podsOf(service: string, namespace: string = names.namespace): Promise<ClusterPod[]> {
  const selector = ['--selector', `app.kubernetes.io/name=${service}`]
  const { items } = await getJson<List<ClusterPod>>(['pods', '--namespace', namespace, ...selector])
  if (items.length === 0) throw new Error(`no pod of ${service} is there`)
  return items
}

/** Runs a command in a container. */
export async function inContainer(pod: string, container: string, command: readonly string[]) {
  return kubectlBank(['exec', pod, '--container', container, '--', ...command]).nothrow()
}
