import { SurroundingsError } from './errors.ts'
import { names, root } from './settings.ts'
import { $ } from './shell.ts'

/** What tells whether a cluster is this checkout's. */
export interface Evidence {
  /** The networks that the node is on. */
  networks: readonly string[]
  /** The labels of the network of this checkout's name, if there is one. */
  labels: Readonly<Record<string, string>> | undefined
}

/**
 * Why a cluster of this checkout's name is not this checkout's: only ./dway puts a node on the network that it has
 * made and labelled for the checkout.
 */
export function foreign({ networks, labels }: Evidence): string | undefined {
  if (!networks.includes(names.network)) return 'was not made by ./dway'
  // A network can be removed while its nodes are stopped.
  if (labels === undefined) return undefined
  if (labels['dway.instance'] !== names.cluster) return 'was not made by ./dway'
  const checkout = labels['dway.checkout']
  return checkout === undefined || checkout === root ? undefined : `belongs to the checkout ${checkout}`
}

/**
 * Refuses a cluster of this checkout's name that somebody else made; nothing happens if there is no cluster.
 * @throws SurroundingsError that names it
 */
export async function requireOwnCluster(): Promise<void> {
  const node =
    await $`docker inspect --format ${'{{json .NetworkSettings.Networks}}'} ${names.node}`.nothrow()
  if (node.exitCode !== 0) return
  const network = await $`docker network inspect --format ${'{{json .Labels}}'} ${names.network}`.nothrow()
  const why = foreign({
    networks: Object.keys(JSON.parse(node.stdout) as object),
    labels: network.exitCode === 0 ? (JSON.parse(network.stdout) as Record<string, string>) : undefined,
  })
  if (why !== undefined)
    throw new SurroundingsError(
      `there is a cluster called ${names.cluster}, but it ${why}: nothing was done to it. Delete or rename it, then run this again`,
    )
}
