import { usualSubnets, type ClusterSubnets } from './networks.ts'
import { kubectl, must, $ } from './shell.ts'

/** Lets what the node image says of pods and services follow the ranges that the cluster was made with. */
export async function followSubnets(subnets: ClusterSubnets, nodes: readonly string[]): Promise<void> {
  const usual = usualSubnets()
  if (subnets.pods !== usual.pods) await movePool(subnets.pods)
  if (subnets.services !== usual.services)
    for (const node of nodes) await moveGuard(node, usual.services, subnets.services)
}

/** The mirror's Calico knows the pods' range as its pool; the released node image has none. */
async function movePool(pods: string): Promise<void> {
  const pools = ['get', 'ippools.crd.projectcalico.org', 'pods', '--ignore-not-found', '--output', 'name']
  if ((await kubectl(pools).nothrow()).stdout.trim() === '') return
  const patch = ['--type', 'merge', '--patch', JSON.stringify({ spec: { cidr: pods } })]
  await must(
    "Calico's pool was not moved",
    kubectl(['patch', 'ippools.crd.projectcalico.org', 'pods', ...patch]),
  )
}

/** The mirror's node drops packets to services that kube-proxy has not translated yet. */
async function moveGuard(node: string, from: string, to: string): Promise<void> {
  const script = `[ -f /kind/service-guard.nft ] || exit 0
    sed -i 's#${from}#${to}#' /kind/service-guard.nft
    nft delete table ip service-guard
    nft --file /kind/service-guard.nft`
  await must(`${node} did not take the services' range`, $`docker exec ${node} sh -ec ${script}`)
}
