import { kubectl, kubectlBank } from '../../scripts/lib/shell.ts'

/**
 * Takes workloads of the bank away; their pods may take a moment to go.
 * @param workloads kubectl's names of them: `deployment/api`
 * @returns brings them back, and waits until they are ready
 */
export async function takeAway(...workloads: readonly string[]): Promise<() => Promise<void>> {
  const scale = (replicas: number) => kubectlBank(['scale', ...workloads, `--replicas=${replicas}`])
  const bringBack = async () => {
    await scale(1)
    await Promise.all(
      workloads.map((workload) => kubectlBank(['rollout', 'status', workload, '--timeout=150s'])),
    )
  }
  try {
    await scale(0)
    return bringBack
  } catch (error) {
    await bringBack()
    throw error
  }
}

/**
 * Plants something while a workload is away.
 * @param plant returns what removes it
 * @returns removes it, and brings the workload back however that ends
 */
export async function plantWhileAway(
  workload: string,
  plant: () => Promise<() => Promise<void>>,
): Promise<() => Promise<void>> {
  const bringBack = await takeAway(workload)
  try {
    const remove = await plant()
    return async () => {
      try {
        await remove()
      } finally {
        await bringBack()
      }
    }
  } catch (error) {
    await bringBack()
    throw error
  }
}

/** Takes the agent away, which each node has: no node is one that it is meant for. */
export async function takeAgentAway(): Promise<() => Promise<void>> {
  const node = ['--namespace', 'dwaybank-node']
  const patch = (selector: object) =>
    kubectl([
      ...node,
      'patch',
      'daemonset/vlagent',
      '--type=merge',
      `--patch=${JSON.stringify({ spec: { template: { spec: { nodeSelector: selector } } } })}`,
    ])
  await patch({ 'dwaybank/drill': 'nowhere' })
  return async () => {
    await patch({ 'dwaybank/drill': null })
    await kubectl([...node, 'rollout', 'status', 'daemonset/vlagent', '--timeout=150s'])
  }
}
