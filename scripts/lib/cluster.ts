import fs from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse, stringify } from 'yaml'
import { containerState } from './engine.ts'
import { SurroundingsError, UsageError, UserError } from './errors.ts'
import { chooseClusterSubnets, ensureNetwork, joinNetwork, type ClusterSubnets } from './networks.ts'
import { followSubnets } from './node-subnets.ts'
import { ensureRegistry } from './registry.ts'
import { requireOwnCluster } from './ownership.ts'
import { chooseFrontDoor, meansTaken, engineError, portLost, type FrontDoor } from './ports.ts'
import { environment, names, root, source, statePath, toolchainTag, version, writeState } from './settings.ts'
import { $, kubectl, must, succeeds } from './shell.ts'
import { step } from './steps.ts'
import { faultIn } from './surroundings.ts'

/** kind's environment: clusters of this checkout live on its own network. */
const kind = $({ env: { ...process.env, KIND_EXPERIMENTAL_DOCKER_NETWORK: names.network } })

interface KindConfig {
  networking: { podSubnet: string; serviceSubnet: string }
  kubeadmConfigPatches: string[]
  nodes: { role: string; extraPortMappings?: object[] }[]
}

/**
 * The kind configuration of this checkout's cluster.
 * @param frontDoor ports on the engine's host that lead to the proxy
 * @param subnets where pods and services get their addresses
 * @param workers number of nodes besides the control plane
 */
export function kindConfig(
  base: string,
  frontDoor: FrontDoor,
  subnets: ClusterSubnets,
  workers: number,
  coreDns?: string,
): string {
  const config = parse(base) as KindConfig
  config.networking.podSubnet = subnets.pods
  config.networking.serviceSubnet = subnets.services
  const mapping = (containerPort: number, hostPort: number) => ({
    containerPort,
    hostPort,
    listenAddress: '127.0.0.1',
    protocol: 'TCP',
  })
  const [controlPlane] = config.nodes
  if (!controlPlane) throw new UserError('k8s/kind.yaml describes no node')
  controlPlane.extraPortMappings = [mapping(30080, frontDoor.http), mapping(30443, frontDoor.https)]
  for (let worker = 0; worker < workers; worker += 1) config.nodes.push({ role: 'worker' })
  if (coreDns) config.kubeadmConfigPatches.push(`kind: ClusterConfiguration\ndns:\n  imageTag: ${coreDns}\n`)
  return stringify(config)
}

/** The front door's ports as the running or stopped node has them. */
export async function frontDoor(): Promise<FrontDoor> {
  const { stdout } = await must(
    'there is no cluster of this checkout',
    $`docker inspect --format ${'{{json .HostConfig.PortBindings}}'} ${names.node}`,
  )
  const bindings = JSON.parse(stdout) as Record<string, { HostPort: string }[] | undefined>
  const port = (inner: string) => Number(bindings[inner]?.[0]?.HostPort)
  return { http: port('30080/tcp'), https: port('30443/tcp') }
}

/** The nodes' container names, the control plane first. */
async function nodes(): Promise<string[]> {
  const { stdout } =
    await $`docker ps --all --filter label=io.x-k8s.kind.cluster=${names.cluster} --format ${'{{.Names}}'}`
  return stdout.split('\n').filter(Boolean).sort()
}

/** Whether this checkout has a cluster whose API server answers. */
export async function clusterAnswers(): Promise<boolean> {
  return succeeds(kubectl(['get', '--raw', '/readyz', '--request-timeout', '5s']))
}

async function writeKubeconfig(): Promise<void> {
  const file = process.env['KUBECONFIG'] ?? path.join(process.env['HOME'] ?? '/', '.kube/config')
  fs.mkdirSync(path.dirname(file), { recursive: true })
  // Where the container shares the host's network the plain address answers; elsewhere only the internal one.
  await must('no kubeconfig', kind`kind export kubeconfig --name ${names.cluster} --kubeconfig ${file}`)
  if (!(await clusterAnswers())) {
    await joinNetwork()
    await must(
      'no kubeconfig',
      kind`kind export kubeconfig --internal --name ${names.cluster} --kubeconfig ${file}`,
    )
  }
  // A kubectl typed by hand looks where the bank is.
  await $`kubectl config set-context ${names.context} --namespace ${names.namespace}`
}

/** Lets the nodes pull `localhost:PORT/…` from the local registry, by the convention that Tilt and kind share. */
async function wireRegistry(port: number): Promise<void> {
  const folder = `/etc/containerd/certs.d/localhost:${port}`
  const hosts = `server = "http://${names.registry}:5000"\n\n[host."http://${names.registry}:5000"]\n`
  for (const node of await nodes()) {
    await $({
      input: hosts,
    })`docker exec --interactive ${node} sh -c ${`mkdir -p ${folder} && cat >${folder}/hosts.toml`}`
  }
  const hosting = `host: "localhost:${port}"\n`
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'local-registry-hosting', namespace: 'kube-public' },
    data: { 'localRegistryHosting.v1': hosting },
  }
  await must('the registry was not announced', kubectl(['apply', '--filename', '-'], stringify(configMap)))
}

/**
 * What keeps Kubernetes from running in this engine, which `docker info` tells: without root the kubelet needs cgroup
 * v2, with the controllers that limits are made of delegated to the engine's user.
 */
export function rootlessProblem(info: EngineInfo): string | undefined {
  if (!info.SecurityOptions.some((option) => option.includes('name=rootless'))) return undefined
  if (info.CgroupVersion !== '2')
    return 'the rootless Docker engine is on cgroup v1: start the machine with systemd.unified_cgroup_hierarchy=1, or use an engine that runs as root'
  const { CpuCfsQuota: cpu, MemoryLimit: memory, PidsLimit: pids } = info
  const missing = Object.entries({ cpu, memory, pids }).filter(([, there]) => !there)
  if (missing.length === 0) return undefined
  return `the rootless Docker engine was not given the cgroup controllers ${missing.map(([name]) => name).join(', ')}: set Delegate=yes for user@.service in systemd, log in again, and restart the engine`
}

/** The part of `docker info` that tells whether Kubernetes can run. */
export interface EngineInfo {
  SecurityOptions: string[]
  CgroupVersion: string
  CpuCfsQuota: boolean
  MemoryLimit: boolean
  PidsLimit: boolean
}

/** What a cluster, its images and the bank's data take on the engine's disk, with some room to work. */
const CLUSTER_GB = 5

/**
 * @param disk what the engine's disk has, as the toolbox's own root shows it
 * @throws SurroundingsError if it is too little for a cluster
 */
export function requireRoom(disk: { bavail: number; bsize: number }): void {
  const free = Math.floor((disk.bavail * disk.bsize) / 1e9)
  if (free < CLUSTER_GB)
    throw new SurroundingsError(
      `${free} GB are free on the Docker engine's disk, but a cluster needs ${CLUSTER_GB} GB: make room, for example with ./dway prune`,
    )
}

async function createCluster(workers: number): Promise<ClusterSubnets> {
  const { stdout: info } = await $`docker info --format ${'{{json .}}'}`
  const problem = rootlessProblem(JSON.parse(info) as EngineInfo)
  if (problem) throw new SurroundingsError(problem)
  requireRoom(await statfs('/'))
  const frontDoor = await chooseFrontDoor()
  const subnets = await chooseClusterSubnets()
  const coreDns = source() === 'mirror' ? `v${version('MIRROR_COREDNS_VERSION')}` : undefined
  const config = kindConfig(
    fs.readFileSync(path.join(root, 'k8s/kind.yaml'), 'utf8'),
    frontDoor,
    subnets,
    workers,
    coreDns,
  )
  const file = statePath('kind.yaml')
  fs.writeFileSync(file, config)
  fs.writeFileSync(statePath('creating'), '')
  const log = statePath('logs/kind.log')
  const image = `dway/kind-node:${toolchainTag()}`
  const output =
    await kind`kind create cluster --name ${names.cluster} --config ${file} --image ${image} --kubeconfig ${statePath('kubeconfig')} --retain`.nothrow()
  fs.writeFileSync(log, output.stdout + output.stderr)
  if (output.exitCode !== 0) {
    // What kind says of a node that ended at once is only that it is gone.
    const ended = await $`docker logs --tail 40 ${names.node}`.nothrow()
    fs.appendFileSync(log, ended.stdout + ended.stderr)
    const fault = faultIn(ended.stdout + ended.stderr)
    if (fault !== undefined) throw new SurroundingsError(fault, { cause: output })
    const cause = output.stderr.split('\n').find((line) => line.startsWith('ERROR')) ?? 'kind failed'
    throw new SurroundingsError(
      `the cluster was not created: ${cause}; see .dway/logs/kind.log, then run ./dway up again`,
      { cause: output },
    )
  }
  fs.rmSync(statePath('kubeconfig'), { force: true })
  return subnets
}

async function stoppedNodes(): Promise<string[]> {
  const all = await nodes()
  const states = await Promise.all(all.map((node) => containerState(node)))
  return all.filter((_, index) => states[index] === 'stopped')
}

async function startNodes(stopped: readonly string[]): Promise<void> {
  for (const node of stopped) {
    const output = await $`docker start ${node}`.nothrow()
    if (output.exitCode === 0) continue
    if (meansTaken(output.stderr)) throw await portLost(output.stderr)
    throw new SurroundingsError(`${node} did not start: ${engineError(output.stderr)}`, { cause: output })
  }
}

/** Stops the cluster's nodes as they are; the next up starts them again. */
export async function stopNodes(): Promise<void> {
  await must('the nodes were not stopped', $`docker stop ${await nodes()}`)
}

async function waitForApi(seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const answer = await kubectl(['get', '--raw', '/readyz', '--request-timeout', '5s']).nothrow()
    if (answer.exitCode === 0) return
    // A wrong clock is no reason to give up the cluster with its data.
    const fault = faultIn(answer.stderr)
    if (fault !== undefined) throw new SurroundingsError(fault, { cause: answer })
    if (performance.now() > end)
      throw new SurroundingsError(
        `the cluster's API server does not answer: run ./dway down and ./dway up for a new one`,
        { cause: answer },
      )
    await sleep(500)
  }
}

/** What was away when the cluster was looked for, and is there again. */
export interface Found {
  registryWasGone: boolean
  nodesWereStopped: boolean
}

/**
 * Afterwards this checkout's cluster runs, this container can talk to it, and its registry is wired. What runs
 * already is left as it is; what was left half made is made anew.
 * @param options.workers nodes besides the control plane; only used when the cluster is created
 * @returns what did not run before
 */
export async function ensureCluster(options: { workers?: number } = {}): Promise<Found> {
  writeState('instance', `${names.cluster}\n`)
  await requireOwnCluster()
  await ensureNetwork()
  const { port, wasGone } = await ensureRegistry()
  if (fs.existsSync(statePath('creating'))) {
    await step('remove a half-made cluster', () => deleteCluster())
  }
  const existing = await nodes()
  if (existing.length === 0) {
    await step('create the cluster', async () => {
      const subnets = await createCluster(options.workers ?? 0)
      await writeKubeconfig()
      await followSubnets(subnets, await nodes())
      await wireRegistry(port)
      // Only now is it whole: what breaks off before is made anew.
      fs.rmSync(statePath('creating'))
      // One node gains nothing from a second name server.
      if (!options.workers)
        await kubectl(['--namespace', 'kube-system', 'scale', 'deployment/coredns', '--replicas=1'])
    })
    return { registryWasGone: wasGone, nodesWereStopped: false }
  }
  if (options.workers !== undefined && options.workers !== existing.length - 1) {
    throw new UsageError(
      `the cluster has ${existing.length - 1} workers: run ./dway down before --workers ${options.workers}`,
    )
  }
  requirePorts(await frontDoor())
  const stopped = await stoppedNodes()
  if (stopped.length > 0) await step('start the nodes', () => startNodes(stopped))
  if (!(await clusterAnswers())) {
    await step('reach the cluster', async () => {
      await writeKubeconfig()
      await waitForApi(90)
    })
  }
  await wireRegistry(port)
  return { registryWasGone: wasGone, nodesWereStopped: stopped.length > 0 }
}

/** @throws UsageError if the settings ask for other ports than the cluster has, which are fixed when it is made */
export function requirePorts(actual: FrontDoor): void {
  for (const [variable, wanted, port] of [
    ['DWAY_HTTP_PORT', environment.httpPort, actual.http],
    ['DWAY_HTTPS_PORT', environment.httpsPort, actual.https],
  ] as const) {
    if (wanted !== undefined && wanted !== port)
      throw new UsageError(
        `${variable} is ${wanted}, but this checkout's cluster was made with ${port}: run ./dway down before, or leave it out`,
      )
  }
}

/**
 * Lets a new toolbox container talk to a cluster that runs already.
 * @returns whether there is one that answers
 */
export async function reachCluster(): Promise<boolean> {
  await requireOwnCluster()
  if (await clusterAnswers()) return true
  if ((await containerState(names.node)) !== 'running') return false
  await writeKubeconfig()
  return clusterAnswers()
}

/** Deletes the cluster with all its data; nothing happens if there is none. */
export async function deleteCluster(): Promise<void> {
  await requireOwnCluster()
  await must('the cluster was not deleted', kind`kind delete cluster --name ${names.cluster}`)
  fs.rmSync(statePath('creating'), { force: true })
}
