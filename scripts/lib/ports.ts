import { ownImage } from './engine.ts'
import { SurroundingsError } from './errors.ts'
import { environment, toolchainTag } from './settings.ts'
import { $ } from './shell.ts'
import { note } from './steps.ts'

/** The ports of the front door on 127.0.0.1. */
export interface FrontDoor {
  http: number
  https: number
}

/** Whether the engine's words mean that a port of its host cannot be had, so that another may do. */
export function meansTaken(text: string): boolean {
  return /already allocated|already in use|permission denied|cannot assign/i.test(portProblem(text))
}

/** What the engine says of ports, without what it says of all else: a socket may deny permission too. */
function portProblem(text: string): string {
  return text.split('\n').find((line) => /\bport|bind|expose|listen/i.test(line)) ?? ''
}

/** The port that the engine complains of. */
export function portIn(text: string): number | undefined {
  const port = /(?:\d+\.\d+\.\d+\.\d+|\[::\d*\]):(\d+)/.exec(portProblem(text))?.[1]
  return port === undefined ? undefined : Number(port)
}

/** The engine's own words in what its client printed, which ends with a hint. */
export function engineError(text: string): string {
  const lines = text.trim().split('\n')
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').replace(/^docker: /, '')
}

/**
 * Asks the engine to publish ports on 127.0.0.1, because only it sees its host's ports.
 * @returns the engine's words if one of them cannot be had
 * @throws SurroundingsError if it fails for another reason
 */
async function whyNot(...ports: number[]): Promise<string | undefined> {
  const publish = ports.flatMap((port) => ['--publish', `127.0.0.1:${port}:${port}`])
  const output = await $`docker run --rm ${publish} dway/base:${toolchainTag()} true`.nothrow()
  if (output.exitCode === 0) return undefined
  if (meansTaken(output.stderr)) return output.stderr
  throw new SurroundingsError(
    `the engine did not try whether ports are free: ${engineError(output.stderr)}`,
    { cause: output },
  )
}

/** The process that listens on a port, from a line of ss. */
export function listenerIn(line: string): string | undefined {
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(line) ?? []
  return name && `${name} (process ${pid})`
}

/** Labels that tell of a container whose it is: of a registry, of a toolbox, and of a node, which only has its cluster. */
const OWNER_LABELS = ['dway.checkout', 'devcontainer.local_folder', 'io.x-k8s.kind.cluster']

/**
 * A container that publishes a port, in words.
 * @param line what the engine lists of it: its name and the values of OWNER_LABELS, with tabs between
 * @param checkoutOf finds the checkout that made a cluster; empty if that is unknown
 */
export async function describeContainer(
  line: string,
  checkoutOf: (cluster: string) => Promise<string>,
): Promise<string> {
  const [name, made, opened, cluster] = line.split('\t')
  const checkout = made || opened || (cluster && (await checkoutOf(cluster)))
  return `the container ${name}${checkout ? ` of the checkout ${checkout}` : ''}`
}

/** The checkout for which a cluster's network was made. */
async function checkoutOfCluster(cluster: string): Promise<string> {
  const format = '{{with index .Labels "dway.checkout"}}{{.}}{{end}}'
  return (await $`docker network inspect --format ${format} ${cluster}`.nothrow()).stdout.trim()
}

/** Who holds a port of the engine's host, as far as the engine and its host tell. */
export async function portHolder(port: number): Promise<string> {
  const format = ['{{.Names}}', ...OWNER_LABELS.map((label) => `{{.Label "${label}"}}`)].join('\t')
  const { stdout } = await $`docker ps --filter publish=${port} --format ${format}`.nothrow()
  const [container] = stdout.split('\n').filter(Boolean)
  if (container) return describeContainer(container, checkoutOfCluster)
  const look = ['--privileged', '--network', 'host', '--pid', 'host', '--user', '0:0', '--entrypoint', 'ss']
  const found = await $`docker run --rm ${look} ${await ownImage()} -Hltnp ${`sport = :${port}`}`.nothrow()
  return listenerIn(found.stdout) ?? 'another program'
}

/** Why a port cannot be had, in words. */
async function portTaken(port: number, words: string): Promise<string> {
  if (/permission denied|cannot assign/i.test(portProblem(words)))
    return `the Docker engine may not open port ${port}`
  return `port ${port} is held by ${await portHolder(port)}`
}

/** The pairs that are tried when nobody asks for a certain one, best first. */
const pairs = range(0, 99)
  .map((offset) => ({ http: 8088 + offset * 100, https: 8443 + offset * 100 }))
  .filter(({ http }) => http < 60_000)

async function firstFreePair(): Promise<FrontDoor> {
  for (const pair of pairs) if ((await whyNot(pair.http, pair.https)) === undefined) return pair
  throw new SurroundingsError(
    'no port is free on 127.0.0.1: stop what holds them, or set DWAY_HTTP_PORT and DWAY_HTTPS_PORT',
  )
}

/**
 * Finds the ports of the front door: the wanted ones; else 80 and 443; else the next pair that is free, after a line
 * that says why.
 * @throws SurroundingsError if a wanted one cannot be had, naming who has it
 */
export async function chooseFrontDoor(): Promise<FrontDoor> {
  const { httpPort, httpsPort } = environment
  const best = { http: httpPort ?? 80, https: httpsPort ?? 443 }
  if ((await whyNot(best.http, best.https)) === undefined) return best
  const why: string[] = []
  for (const port of [best.http, best.https]) {
    const words = await whyNot(port)
    if (words !== undefined) why.push(await portTaken(port, words))
  }
  const pair = await firstFreePair()
  const reason = why.join(', and ')
  if (httpPort !== undefined || httpsPort !== undefined)
    throw new SurroundingsError(
      `${reason}: end that, or choose others, for example DWAY_HTTP_PORT=${pair.http} DWAY_HTTPS_PORT=${pair.https}`,
    )
  note(`${reason}: the front door is at ${pair.https}, and at ${pair.http} for plain HTTP`)
  return pair
}

/** The error for a node that cannot have its port back. */
export async function portLost(words: string): Promise<SurroundingsError> {
  const port = portIn(words)
  const holder = port === undefined ? engineError(words) : await portTaken(port, words)
  return new SurroundingsError(
    `the cluster needs its port back: ${holder}. End that and run ./dway up again, which keeps the data; or make a new cluster by ./dway down and ./dway up`,
  )
}

/** The whole numbers from `first` up to and including `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
