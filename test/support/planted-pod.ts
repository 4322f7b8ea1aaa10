import { restrictedPod } from '../../scripts/lib/restricted-pod.ts'
import { names } from '../../scripts/lib/settings.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'

/** The image that a workload's container runs, by kubectl's name of the workload: `deployment/api`. */
export async function imageOf(workload: string, container = workload.split('/')[1]): Promise<string> {
  const path = `{.spec.template.spec.containers[?(@.name=="${container}")].image}`
  return (await kubectlBank(['get', workload, '--output', `jsonpath=${path}`])).stdout
}

interface Planted {
  image: string
  command: readonly string[]
  /** What else the pod, its container and its labels have. */
  spec?: object
  container?: object
  labels?: Record<string, string>
  sidecars?: readonly object[]
  /** Whether the pod is waited for until it is ready. */
  ready?: boolean
}

/** Puts a pod of a test's own beside the bank. What it returns takes it away. */
export async function plantPod(
  name: string,
  { ready = true, container, sidecars = [], ...pod }: Planted,
): Promise<() => Promise<void>> {
  const resources = {
    requests: { cpu: '10m', memory: '32Mi' },
    limits: { cpu: '200m', memory: '128Mi' },
  }
  const manifest = restrictedPod(name, {
    namespace: names.namespace,
    ...pod,
    container: { resources, ...container },
    sidecars: sidecars.map((one) => ({ resources, ...one })),
  })
  await kubectlBank(['create', '--filename', '-'], JSON.stringify(manifest))
  const remove = async () => {
    await kubectlBank(['delete', 'pod', name, '--ignore-not-found', '--wait=false'])
  }
  if (!ready) return remove
  try {
    await kubectlBank(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=90s'])
    return remove
  } catch (error) {
    await remove()
    throw error
  }
}
