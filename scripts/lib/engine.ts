import fs from 'node:fs'
import { UserError } from './errors.ts'
import { names, podSubnet, toolchainTag } from './settings.ts'
import { $, lastLine, must, succeeds } from './shell.ts'

/** State of a container of this checkout: undefined if there is none of that name. */
export async function containerState(name: string): Promise<'running' | 'stopped' | undefined> {
  const output = await $`docker inspect --format ${'{{.State.Running}}'} ${name}`.nothrow()
  if (output.exitCode !== 0) return undefined
  return output.stdout.trim() === 'true' ? 'running' : 'stopped'
}

/**
 * The container that this process runs in, by its id. The engine mounts files of its own folder for it; the host name
 * is the machine's where the container shares its network.
 */
export function ownContainer(): string {
  const mounts = fs.readFileSync('/proc/self/mountinfo', 'utf8')
  return containerIdIn(mounts) ?? fs.readFileSync('/etc/hostname', 'utf8').trim()
}

/** The id of the container whose mounts these are, if they tell it. */
export function containerIdIn(mountinfo: string): string | undefined {
  return /\/containers\/([0-9a-f]{64})\/hostname /.exec(mountinfo)?.[1]
}

/** Whether the engine's words mean that a port of its host cannot be had, so that another may do. */
export function meansTaken(text: string): boolean {
  return /already allocated|already in use|permission denied|cannot assign/i.test(portProblem(text))
}

/** What the engine says of ports, without what it says of all else: a socket may deny permission too. */
function portProblem(text: string): string {
  return text.split('\n').find((line) => /\bport|bind|expose|listen/i.test(line)) ?? ''
}

/**
 * Whether the engine's host can publish the given ports on 127.0.0.1: it is asked to, because only the engine
 * sees the host's ports.
 * @throws UserError if it fails for another reason
 */
export async function portsFree(...ports: number[]): Promise<boolean> {
  const publish = ports.flatMap((port) => ['--publish', `127.0.0.1:${port}:${port}`])
  const output = await $`docker run --rm ${publish} dway/base:${toolchainTag()} true`.nothrow()
  if (output.exitCode === 0) return true
  if (meansTaken(output.stderr)) return false
  throw new UserError(`the engine did not try whether ports are free: ${engineError(output.stderr)}`)
}

/** The engine's own words in what its client printed, which ends with a hint. */
function engineError(text: string): string {
  const lines = text.trim().split('\n')
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').replace(/^docker: /, '')
}

/** Finds the first candidate whose ports are all free. */
export async function firstFree<T extends readonly number[]>(candidates: Iterable<T>): Promise<T> {
  for (const candidate of candidates) if (await portsFree(...candidate)) return candidate
  throw new UserError(
    'no port is free on 127.0.0.1: stop what holds them, or set DWAY_HTTP_PORT and DWAY_HTTPS_PORT',
  )
}

/** Makes the checkout's own network, in a subnet that neither the pods nor another network uses. */
export async function ensureNetwork(): Promise<void> {
  if (await succeeds($`docker network inspect ${names.network}`)) return
  const start = parseInt(names.network.slice(-2), 16)
  let problem: unknown
  for (let attempt = 0; attempt < 256; attempt += 1) {
    const subnet = `10.89.${(start + attempt) % 256}.0/24`
    try {
      await $`docker network create --driver bridge --subnet ${subnet} --label dway.instance=${names.cluster} ${names.network}`
      return
    } catch (error) {
      problem = error
      if (!/overlap/i.test(lastLine(error))) break
    }
  }
  throw new UserError(`the engine made no network outside ${podSubnet}: ${lastLine(problem)}`, {
    cause: problem,
  })
}

/** Connects this container to the cluster's network, where the API server and the nodes have names. */
export async function joinNetwork(): Promise<void> {
  const output = await $`docker network connect ${names.network} ${ownContainer()}`.nothrow()
  if (output.exitCode === 0 || /already exists/.test(output.stderr)) return
  // On the engine host's own network, as in a Codespace, there is nothing to connect: the API server answers there.
  if (/host network|container sharing network|network-scoped/i.test(output.stderr)) return
  throw new UserError(`the toolbox could not join the network ${names.network}: ${output.stderr.trim()}`)
}

/**
 * Starts the local registry, or the existing one again; a port that was taken meanwhile is given up for another.
 * @returns its port on the engine's host
 */
export async function ensureRegistry(): Promise<number> {
  const state = await containerState(names.registry)
  if (state === 'running') return registryPort()
  if (state === 'stopped') {
    const output = await $`docker start ${names.registry}`.nothrow()
    if (output.exitCode === 0) return registryPort()
    if (!meansTaken(output.stderr))
      throw new UserError(`the registry did not start again: ${engineError(output.stderr)}`)
    await $`docker rm --force ${names.registry}`
  }
  const port = await createRegistry()
  if (await registryOwnsLayers()) return port
  // Another source's registry runs as another user. Layers are a cache: they are pushed again.
  await $`docker rm --force ${names.registry}`
  await must('the old layers were not removed', $`docker volume rm ${names.registryVolume}`)
  return createRegistry()
}

async function createRegistry(): Promise<number> {
  const options = ['--name', names.registry, '--network', names.network, '--restart', 'unless-stopped']
  options.push('--label', `dway.instance=${names.cluster}`)
  options.push('--volume', `${names.registryVolume}:/var/lib/registry`)
  for (const port of range(5001, 5100)) {
    const publish = `127.0.0.1:${port}:5000`
    const output =
      await $`docker run --detach ${options} --publish ${publish} dway/registry:${toolchainTag()}`.nothrow()
    if (output.exitCode === 0) return port
    await $`docker rm --force ${names.registry}`.nothrow()
    if (!meansTaken(output.stderr))
      throw new UserError(`the registry did not start: ${engineError(output.stderr)}`)
  }
  throw new UserError('the registry did not start: no port from 5001 to 5100 is free on 127.0.0.1')
}

/** Whether the registry's user may write all that its volume holds. */
function registryOwnsLayers(): Promise<boolean> {
  const others = '[ "$(id -u)" = 0 ] || [ -z "$(find /var/lib/registry ! -user "$(id -u)" | head -n 1)" ]'
  return succeeds($`docker exec ${names.registry} sh -c ${others}`)
}

/** The registry's port on the engine's host. */
export async function registryPort(): Promise<number> {
  const format = '{{(index (index .HostConfig.PortBindings "5000/tcp") 0).HostPort}}'
  return Number((await $`docker inspect --format ${format} ${names.registry}`).stdout.trim())
}

/** The whole numbers from `first` up to and including `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
