import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { ownContainer } from './engine.ts'
import { SurroundingsError } from './errors.ts'
import { environment, names, root, toolchainTag } from './settings.ts'
import { $, lastLine, must, succeeds } from './shell.ts'
import { note } from './steps.ts'
import { findSubnet, parseRoutes, type Route } from './subnets.ts'

/** The ranges inside the cluster. */
export interface ClusterSubnets {
  pods: string
  services: string
}

/** The ranges of k8s/kind.yaml, which the node image expects too. */
export function usualSubnets(): ClusterSubnets {
  const text = fs.readFileSync(path.join(root, 'k8s/kind.yaml'), 'utf8')
  const { networking } = parse(text) as { networking: { podSubnet: string; serviceSubnet: string } }
  return { pods: networking.podSubnet, services: networking.serviceSubnet }
}

/** Where the engine's host sends packets, as a container on its network sees it. */
async function hostRoutes(): Promise<Route[]> {
  const table = await must(
    "the host's routes cannot be read",
    $`docker run --rm --network host dway/base:${toolchainTag()} cat /proc/net/route`,
  )
  return parseRoutes(table.stdout)
}

/** The range of this checkout's network; undefined if it has none. */
async function ownRange(): Promise<string | undefined> {
  const format = '{{range .IPAM.Config}}{{.Subnet}}{{end}}'
  return (
    (await $`docker network inspect --format ${format} ${names.network}`.nothrow()).stdout.trim() || undefined
  )
}

/** Candidates for the checkout's network: 10.89.x.0/24, and others for where a VPN takes all of 10.0.0.0/8. */
function networkCandidates(): string[] {
  const start = parseInt(names.network.slice(-2), 16)
  const third = Array.from({ length: 256 }, (_, index) => (start + index) % 256)
  return ['10.89', '172.31', '192.168'].flatMap((prefix) => third.map((byte) => `${prefix}.${byte}.0/24`))
}

/** Makes the checkout's own network, in a range that nothing on the engine's host uses. */
export async function ensureNetwork(): Promise<void> {
  if (await succeeds($`docker network inspect ${names.network}`)) return
  const usual = usualSubnets()
  const routes = await hostRoutes()
  let candidates = networkCandidates()
  for (;;) {
    const found = findSubnet(
      {
        purpose: "the cluster's network",
        variable: 'DWAY_NETWORK_SUBNET',
        wanted: environment.networkSubnet,
        candidates,
        taken: [environment.podSubnet ?? usual.pods, environment.serviceSubnet ?? usual.services],
      },
      routes,
    )
    const labels = ['--label', `dway.instance=${names.cluster}`, '--label', `dway.checkout=${root}`]
    const output =
      await $`docker network create --driver bridge --subnet ${found.subnet} ${labels} ${names.network}`.nothrow()
    if (output.exitCode === 0) {
      if (found.why !== undefined) note(`${found.why}: the cluster's network is ${found.subnet}`)
      return
    }
    // The engine knows of networks that the host has no route to.
    candidates = candidates.filter((candidate) => candidate !== found.subnet)
    if (!/overlap/i.test(output.stderr) || environment.networkSubnet !== undefined || candidates.length === 0)
      throw new SurroundingsError(
        `the engine made no network ${found.subnet}: ${lastLine(output)}. DWAY_NETWORK_SUBNET chooses another range`,
        { cause: output },
      )
  }
}

/**
 * Finds the ranges for pods and services of a new cluster, and says so if they are not the usual ones.
 * @throws SurroundingsError if a wanted one is in use on the engine's host
 */
export async function chooseClusterSubnets(): Promise<ClusterSubnets> {
  const usual = usualSubnets()
  const own = await ownRange()
  const routes = await hostRoutes()
  const others = (second: number[]) => second.map((byte) => `172.${byte}.0.0/16`)
  const pods = findSubnet(
    {
      purpose: 'the pods',
      variable: 'DWAY_POD_SUBNET',
      wanted: environment.podSubnet,
      candidates: [usual.pods, ...others([21, 22, 23, 24, 25]), '10.244.0.0/16', '192.168.0.0/16'],
      taken: own === undefined ? [] : [own],
    },
    routes,
  )
  const services = findSubnet(
    {
      purpose: 'the services',
      variable: 'DWAY_SERVICE_SUBNET',
      wanted: environment.serviceSubnet,
      candidates: [usual.services, ...others([26, 27, 28, 29, 30]), '10.97.0.0/16'],
      taken: own === undefined ? [pods.subnet] : [own, pods.subnet],
    },
    routes,
  )
  if (pods.why !== undefined) note(`${pods.why}: pods get addresses in ${pods.subnet}`)
  if (services.why !== undefined) note(`${services.why}: services get addresses in ${services.subnet}`)
  return { pods: pods.subnet, services: services.subnet }
}

/** Connects this container to the cluster's network, where the API server and the nodes have names. */
export async function joinNetwork(): Promise<void> {
  const output = await $`docker network connect ${names.network} ${ownContainer()}`.nothrow()
  if (output.exitCode === 0 || /already exists/.test(output.stderr)) return
  // On the engine host's own network, as in a Codespace, there is nothing to connect: the API server answers there.
  if (/host network|container sharing network|network-scoped/i.test(output.stderr)) return
  throw new SurroundingsError(
    `the toolbox could not join the network ${names.network}: ${output.stderr.trim()}`,
    { cause: output },
  )
}
