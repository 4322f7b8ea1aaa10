import { statfs } from 'node:fs/promises'
import { ownContainer } from '../engine.ts'
import { names, root, source, toolchainTag } from '../settings.ts'
import { $, getJson } from '../shell.ts'
import type { List } from '../kubernetes.ts'
import { usedMemory } from './format.ts'

/** One of the containers that the engine runs for this checkout. */
export interface ContainerStatus {
  name: string
  role: string
  memoryBytes?: number
}

/** What carries the bank. */
export interface Machine {
  versions: Record<string, string>
  containers: ContainerStatus[]
  /** What the engine's disk has left for this checkout. */
  freeDiskBytes: number
}

interface Node {
  metadata: { name: string }
  status: { nodeInfo: { kubeletVersion: string; containerRuntimeVersion: string } }
}

/** How much of a container's id the engine itself shows. */
const ID = 12

async function containers(nodes: readonly string[]): Promise<ContainerStatus[]> {
  const roles = [
    ...nodes.map((name) => ({ name, role: name === names.node ? 'control plane' : 'worker' })),
    { name: names.registry, role: 'registry' },
    { name: ownContainer(), role: 'toolbox' },
  ]
  return Promise.all(
    roles.map(async ({ name, role }) => {
      const format = '{{.Name}}\t{{.MemUsage}}'
      const { stdout } = await $`docker stats --no-stream --format ${format} ${name}`.nothrow()
      const [found, used = ''] = stdout.trim().split('\t')
      const memoryBytes = usedMemory(used)
      // The toolbox is asked for by its id.
      return { name: found || name.slice(0, ID), role, ...(memoryBytes === undefined ? {} : { memoryBytes }) }
    }),
  )
}

/** Looks at the nodes, the engine and its disk. */
export async function machineStatus(): Promise<Machine> {
  const [nodes, engine, disk] = await Promise.all([
    getJson<List<Node>>(['nodes']),
    $`docker version --format ${'{{.Server.Version}}'}`.nothrow(),
    statfs(root),
  ])
  const info = nodes.items[0]?.status.nodeInfo
  return {
    versions: {
      kubernetes: info?.kubeletVersion ?? 'unknown',
      containerd: info?.containerRuntimeVersion.replace('containerd://', '') ?? 'unknown',
      docker: engine.stdout.trim() || 'unknown',
      toolchain: `${toolchainTag()} (${source()})`,
    },
    containers: await containers(nodes.items.map(({ metadata }) => metadata.name)),
    freeDiskBytes: disk.bavail * disk.bsize,
  }
}
