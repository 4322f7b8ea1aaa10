import { containerState } from './engine.ts'
import { SurroundingsError } from './errors.ts'
import { engineError, meansTaken, range } from './ports.ts'
import { clusterOf, names, root, toolchainTag } from './settings.ts'
import { $, must, succeeds } from './shell.ts'

/** The local registry as it was found or made. */
export interface Registry {
  /** Its port on the engine's host. */
  port: number
  /** Whether it did not run: what was pushed meanwhile did not arrive, and what it had may be lost. */
  wasGone: boolean
}

/** Starts the local registry, or the existing one again; a port that was taken meanwhile is given up for another. */
export async function ensureRegistry(): Promise<Registry> {
  const state = await containerState(names.registry)
  if (state === 'running') return { port: await registryPort(), wasGone: false }
  if (state === 'stopped') {
    const output = await $`docker start ${names.registry}`.nothrow()
    if (output.exitCode === 0) return { port: await registryPort(), wasGone: true }
    if (!meansTaken(output.stderr)) throw notStarted(output)
    await $`docker rm --force ${names.registry}`
  }
  const port = await createRegistry()
  if (await registryOwnsLayers()) return { port, wasGone: true }
  // Another source's registry runs as another user. Layers are a cache: they are pushed again.
  await $`docker rm --force ${names.registry}`
  await must('the old layers were not removed', $`docker volume rm ${names.registryVolume}`)
  return { port: await createRegistry(), wasGone: true }
}

function notStarted(output: { stderr: string }): SurroundingsError {
  return new SurroundingsError(`the registry did not start: ${engineError(output.stderr)}`, { cause: output })
}

const labelsOf = (checkout: string) => [
  ...['--label', `dway.instance=${clusterOf(checkout)}`],
  ...['--label', `dway.checkout=${checkout}`],
]

/**
 * Makes the volume that a checkout's registry keeps its layers in, unless it is there.
 * @returns its name
 */
export async function ensureRegistryVolume(checkout: string): Promise<string> {
  const volume = `${clusterOf(checkout)}-registry`
  await must('no volume for the registry', $`docker volume create ${labelsOf(checkout)} ${volume}`)
  return volume
}

async function createRegistry(): Promise<number> {
  const volume = await ensureRegistryVolume(root)
  const options = ['--name', names.registry, '--network', names.network, '--restart', 'unless-stopped']
  options.push('--volume', `${volume}:/var/lib/registry`, ...labelsOf(root))
  for (const port of range(5001, 5100)) {
    const publish = `127.0.0.1:${port}:5000`
    const output =
      await $`docker run --detach ${options} --publish ${publish} dway/registry:${toolchainTag()}`.nothrow()
    if (output.exitCode === 0) return port
    await $`docker rm --force ${names.registry}`.nothrow()
    if (!meansTaken(output.stderr)) throw notStarted(output)
  }
  throw new SurroundingsError('the registry did not start: no port from 5001 to 5100 is free on 127.0.0.1')
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
