import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { ownContainer, ownImage } from './engine.ts'
import { SurroundingsError } from './errors.ts'
import { names, root, statePath } from './settings.ts'
import { $, must } from './shell.ts'
import { note } from './steps.ts'

/** What ./dway has made for a checkout and that the engine still has. */
export interface Remains {
  containers: string[]
  networks: string[]
  volumes: string[]
}

const lines = (text: string) => [...new Set(text.split('\n').filter(Boolean))].sort()

/** The names that the engine's lists have under the given filter. */
async function list(kind: 'ps' | 'network' | 'volume', ...filters: string[]): Promise<string[]> {
  const words = kind === 'ps' ? ['ps', '--all'] : [kind, 'ls']
  const field = kind === 'ps' ? '{{.Names}}' : '{{.Name}}'
  const { stdout } =
    await $`docker ${words} ${filters.flatMap((filter) => ['--filter', filter])} --format ${field}`
  return lines(stdout)
}

/**
 * What there is of a checkout's stack, found by label and by name, whether it is whole or not. The toolbox is not part
 * of it.
 * @param cluster the cluster's name; this checkout's own if not given
 */
export async function remainsOf(cluster: string = names.cluster): Promise<Remains> {
  const [nodes, labelled, beside, networks, volumes] = await Promise.all([
    list('ps', `label=io.x-k8s.kind.cluster=${cluster}`),
    list('ps', `label=dway.instance=${cluster}`),
    list('ps', `name=^${cluster}-(registry|browser)$`),
    list('network', `name=^${cluster}$`),
    list('volume', `name=^${cluster}-registry$`),
  ])
  return { containers: [...new Set([...nodes, ...labelled, ...beside])].sort(), networks, volumes }
}

/** The containers on a network. */
async function members(network: string): Promise<string[]> {
  const format = '{{range .Containers}}{{println .Name}}{{end}}'
  return lines((await $`docker network inspect --format ${format} ${network}`.nothrow()).stdout)
}

/** The toolboxes of a checkout, which join its network. */
export const toolboxes = (checkout: string) =>
  list('ps', `label=devcontainer.local_folder=${checkout}`, 'label=dway.toolbox')

/**
 * Removes containers with the volumes that have no name, then networks, then volumes.
 * @param guests containers that may stay, but not on the networks
 * @throws SurroundingsError that names what is still in the way
 */
export async function remove({ containers, networks, volumes }: Remains, guests: string[]): Promise<void> {
  if (containers.length > 0)
    await must('not every container was removed', $`docker rm --force --volumes ${containers}`)
  for (const network of networks) {
    for (const guest of guests) await $`docker network disconnect --force ${network} ${guest}`.nothrow()
    const output = await $`docker network rm ${network}`.nothrow()
    if (output.exitCode === 0) continue
    const others = await members(network)
    throw new SurroundingsError(
      `the network ${network} stays, because of ${others.join(', ') || output.stderr.trim()}: disconnect that and run this again`,
      { cause: output },
    )
  }
  if (volumes.length > 0) await must('not every volume was removed', $`docker volume rm ${volumes}`)
}

/**
 * Removes what is left of this checkout's stack once its cluster is gone, and what its state folder says of it.
 * @param volumes whether the registry's layers go too, which otherwise save the next up from pushing them again
 */
export async function removeRemains(volumes: boolean): Promise<void> {
  const found = await remainsOf()
  await remove({ ...found, volumes: volumes ? found.volumes : [] }, [
    ownContainer(),
    ...(await toolboxes(root)),
  ])
  for (const file of ['https-port', 'kind.yaml', 'creating', 'kubeconfig', 'journey-setup.json'])
    fs.rmSync(statePath(file), { force: true })
}

/** A stack whose checkout is gone. */
export interface Orphan extends Remains {
  cluster: string
  checkout: string
}

const clusterOf = (checkout: string) =>
  `dway-${createHash('sha256').update(checkout).digest('hex').slice(0, 8)}`

/** Every checkout that the engine's labels name. */
async function knownCheckouts(): Promise<string[]> {
  const label = (name: string) => `{{.Label "${name}"}}`
  const filter = ['--filter', 'label=dway.checkout']
  const texts = await Promise.all([
    $`docker ps --all ${filter} --format ${label('dway.checkout')}`,
    $`docker network ls ${filter} --format ${label('dway.checkout')}`,
    $`docker volume ls ${filter} --format ${label('dway.checkout')}`,
    $`docker ps --all --filter label=dway.toolbox --format ${label('devcontainer.local_folder')}`,
  ])
  return lines(texts.map(({ stdout }) => stdout).join('\n'))
}

/**
 * Whether a checkout is no longer where it was, which only the engine's host knows. A folder around it that is gone as
 * well may be a disk that isn't mounted: then nobody knows.
 */
async function isGone(checkout: string): Promise<boolean> {
  if (checkout === root) return false
  const mount = `type=bind,source=${path.dirname(checkout)},target=/around,readonly`
  const look = ['--rm', '--network', 'none', '--user', '0:0', '--mount', mount, '--entrypoint', 'test']
  const file = `/around/${path.basename(checkout)}/dway`
  return (await $`docker run ${look} ${await ownImage()} -e ${file}`.nothrow()).exitCode === 1
}

/** What there is of checkouts that were moved or deleted. */
export async function orphans(): Promise<Orphan[]> {
  const found: Orphan[] = []
  for (const checkout of await knownCheckouts()) {
    if (!(await isGone(checkout))) continue
    const remains = await remainsOf(clusterOf(checkout))
    const containers = [...remains.containers, ...(await toolboxes(checkout))]
    const running = await list('ps', `label=io.x-k8s.kind.cluster=${clusterOf(checkout)}`, 'status=running')
    if (running.length > 0) {
      // Somebody may still use its databases: whoever stops it has decided.
      note(`${checkout} is gone, but its cluster runs: docker stop ${running.join(' ')}, then ./dway prune`)
      continue
    }
    found.push({ ...remains, containers, cluster: clusterOf(checkout), checkout })
  }
  return found
}
