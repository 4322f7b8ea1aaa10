import { isReady, NAME_LABEL, type List, type Pod } from '../kubernetes.ts'
import { names } from '../settings.ts'
import { getJson, kubectl, kubectlBank } from '../shell.ts'

/** One pod of the bank. */
export interface PodStatus {
  service: string
  pod: string
  /** ready, done (a Job's), or what it is waiting for. */
  state: string
  healthy: boolean
  version?: string
  ageSeconds: number
  restarts: number
  /** Working set, as the kubelet counts it against the limit. */
  memoryBytes?: number
  /** What lies on the pod's persistent volumes. */
  diskBytes?: number
}

interface Summary {
  pods: { podRef: { name: string; namespace: string }; memory?: { workingSetBytes?: number } }[]
}

type ClaimedPod = Pod & {
  spec: {
    volumes?: { name: string; persistentVolumeClaim?: object }[]
    containers: { volumeMounts?: { name: string; mountPath: string }[] }[]
  }
}

/** Where a pod's persistent volumes are mounted in its first container. */
export function persistentPaths({ spec }: ClaimedPod): string[] {
  const claimed = (spec.volumes ?? [])
    .filter((volume) => volume.persistentVolumeClaim)
    .map(({ name }) => name)
  const mounts = spec.containers[0]?.volumeMounts ?? []
  return mounts.filter(({ name }) => claimed.includes(name)).map(({ mountPath }) => mountPath)
}

/** How a pod stands, in a word. */
export function stateOf(pod: Pod): { state: string; healthy: boolean } {
  if (pod.metadata.deletionTimestamp) return { state: 'is ending', healthy: false }
  if (pod.status.phase === 'Succeeded') return { state: 'done', healthy: true }
  if (isReady(pod)) return { state: 'ready', healthy: true }
  const containers = pod.status.containerStatuses ?? []
  const reason = containers
    .map(({ state }) => state.waiting?.reason ?? state.terminated?.reason)
    .find(Boolean)
  return {
    state: reason ?? (pod.status.phase === 'Running' ? 'not ready' : pod.status.phase),
    healthy: false,
  }
}

// The first program of these that the image has is the one that it is for.
const programs = 'postgres redis-server nginx prometheus prometheus-alertmanager node python'
const inspection = `
for program in ${programs}; do
  if command -v $program >/dev/null; then
    flag=--version; [ $program = nginx ] && flag=-v
    echo "$program $($program $flag 2>&1 | grep -oE '[0-9]+([.][0-9]+)+' | head -n 1)"
    break
  fi
done
[ $# -eq 0 ] || du -skc "$@" 2>/dev/null | tail -n 1
`

/** Asks a running pod for its program's version and how much its volumes hold. */
async function inspect(pod: ClaimedPod): Promise<{ version?: string; diskBytes?: number }> {
  if (pod.status.phase !== 'Running') return {}
  const exec = ['exec', pod.metadata.name, '--', 'sh', '-c', inspection, 'sh', ...persistentPaths(pod)]
  const { stdout } = await kubectlBank(exec).timeout('10s').nothrow()
  const version = /^([a-z-]+ [\d.]+)$/m.exec(stdout)?.[1]
  const kilobytes = /^(\d+)\s+total$/m.exec(stdout)?.[1]
  return {
    ...(version === undefined ? {} : { version: version.replace(/-server|prometheus-/, '') }),
    ...(kilobytes === undefined ? {} : { diskBytes: Number(kilobytes) * 1024 }),
  }
}

/** The memory of every pod on the given nodes, by the pod's name. */
async function memory(nodes: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const summaries = nodes.map(async (node) => {
    const { stdout, exitCode } = await kubectl([
      'get',
      '--raw',
      `/api/v1/nodes/${node}/proxy/stats/summary`,
    ]).nothrow()
    return exitCode === 0 ? (JSON.parse(stdout) as Summary).pods : []
  })
  for (const { podRef, memory } of (await Promise.all(summaries)).flat()) {
    if (podRef.namespace === names.namespace && memory?.workingSetBytes !== undefined) {
      found.set(podRef.name, memory.workingSetBytes)
    }
  }
  return found
}

/** Every pod of the bank, by service. */
export async function podStatuses(now: Date): Promise<PodStatus[]> {
  const { items } = await getJson<List<ClaimedPod>>(['--namespace', names.namespace, 'pods'])
  const nodes = [...new Set(items.map(({ spec }) => spec.nodeName))].filter((node) => node !== undefined)
  const [used, inspected] = await Promise.all([memory(nodes), Promise.all(items.map(inspect))])
  const statuses = items.map((pod, index): PodStatus => {
    const { name, creationTimestamp, labels } = pod.metadata
    const memoryBytes = used.get(name)
    return {
      service: labels?.[NAME_LABEL] ?? '–',
      pod: name,
      ...stateOf(pod),
      ageSeconds: (now.getTime() - Date.parse(creationTimestamp)) / 1000,
      restarts: (pod.status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
      ...(memoryBytes === undefined || pod.status.phase !== 'Running' ? {} : { memoryBytes }),
      ...inspected[index],
    }
  })
  return statuses.sort(
    (one, other) => one.service.localeCompare(other.service) || one.pod.localeCompare(other.pod),
  )
}
