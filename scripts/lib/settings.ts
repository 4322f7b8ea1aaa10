import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSubnet } from './subnets.ts'

/** The checkout's real path: the same inside the toolbox and on the host. */
export const root = fs.realpathSync(path.join(path.dirname(fileURLToPath(import.meta.url)), '../..'))

/** The checkout's state folder, ignored by git. */
export const stateFolder = path.join(root, '.dway')

/** A path in the state folder, its folder made if it is missing. */
export function statePath(...parts: string[]): string {
  const file = path.join(stateFolder, ...parts)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  return file
}

/** Writes a file of the state folder that Tilt watches, only if that changes it. */
export function writeState(file: string, text: string): void {
  const where = statePath(file)
  if (!fs.existsSync(where) || fs.readFileSync(where, 'utf8') !== text) fs.writeFileSync(where, text)
}

/** What a checkout's cluster and everything beside it is called: by eight hexadecimal digits of its path's hash. */
export function clusterOf(checkout: string): string {
  return `dway-${createHash('sha256').update(checkout).digest('hex').slice(0, 8)}`
}

const name = clusterOf(root)

/** Every name that this checkout uses outside of itself. */
export const names = {
  cluster: name,
  network: name,
  context: `kind-${name}`,
  node: `${name}-control-plane`,
  registry: `${name}-registry`,
  registryVolume: `${name}-registry`,
  namespace: 'dwaybank',
} as const

/** Where the front door is on each node: plain HTTP, and TLS, as k8s/overlays/dev says. */
export const HTTP_NODE_PORT = 30080
export const HTTPS_NODE_PORT = 30443

/** The tag of the images that ./dway built for this checkout. */
export function toolchainTag(): string {
  return fs.readFileSync(path.join(stateFolder, 'toolchain-tag'), 'utf8').trim()
}

/** The toolbox's image, as ./dway wrote it down. */
export function toolboxImage(): string {
  const text = fs.readFileSync(path.join(stateFolder, 'Dockerfile'), 'utf8')
  const tag = /^LABEL dway\.toolbox=(\S+)$/m.exec(text)?.[1]
  if (!tag) throw new Error('.dway/Dockerfile names no toolbox: run ./dway up')
  return `dway/toolbox:${tag}`
}

/** Where tools come from: released ones or package mirrors, as ./dway chose. */
export function source(): 'upstream' | 'mirror' {
  return fs.readFileSync(path.join(stateFolder, 'source'), 'utf8').trim() === 'upstream'
    ? 'upstream'
    : 'mirror'
}

/** A version of toolchain/versions.yaml, by its name there. */
export function version(key: string): string {
  const text = fs.readFileSync(path.join(root, 'toolchain/versions.yaml'), 'utf8')
  const match = new RegExp(`^${key}: (.+)$`, 'm').exec(text)
  if (!match?.[1]) throw new Error(`toolchain/versions.yaml has no ${key}`)
  return match[1]
}

function positive(variable: string): number | undefined {
  const text = process.env[variable]
  if (text === undefined || text === '') return undefined
  const most = variable.endsWith('_PORT') ? 65535 : Number.MAX_SAFE_INTEGER
  if (!/^[1-9]\d*$/.test(text) || Number(text) > most) {
    const range = variable.endsWith('_PORT') ? `from 1 to ${most}` : 'above 0'
    console.error(`dway: ${variable} is '${text}', but it must be a whole number ${range}`)
    process.exit(2)
  }
  return Number(text)
}

/** The Codespace that this runs in, by the variables that GitHub sets there; undefined anywhere else. */
function codespace(): { name: string; domain: string } | undefined {
  if (process.env['CODESPACES'] !== 'true') return undefined
  const name = process.env['CODESPACE_NAME'] ?? ''
  const domain = process.env['GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN'] ?? ''
  // While GitHub prepares one ahead of time, it has no name yet.
  if (name === '' && domain === '') return undefined
  if (!/^[a-z0-9-]+$/.test(name) || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain)) {
    console.error(
      `dway: CODESPACES is true, but CODESPACE_NAME '${name}' and GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN '${domain}' make no host name`,
    )
    process.exit(2)
  }
  return { name, domain }
}

/** A range of addresses that a network of at least `most` and at most `least` leading bits can be made of. */
function subnet(variable: string, most: number, least: number): string | undefined {
  const text = process.env[variable]
  if (text === undefined || text === '') return undefined
  const range = parseSubnet(text)
  if (range === undefined || range.length < most || range.length > least) {
    const example = variable === 'DWAY_NETWORK_SUBNET' ? '10.90.1.0/24' : '172.25.0.0/16'
    console.error(
      `dway: ${variable} is '${text}', but it must be an IPv4 range like ${example}, from /${most} to /${least}`,
    )
    process.exit(2)
  }
  return text
}

/** The variables that steer the commands; what steers the bank is read nowhere else. */
export const environment = {
  /** Whether lines may be redrawn. */
  terminal: process.stderr.isTTY && process.env['NO_COLOR'] === undefined,
  /** How long `up` waits for the stack, in seconds. */
  upTimeout: positive('DWAY_UP_TIMEOUT') ?? 1500,
  /** The front door's ports on the engine's host, if they are wanted to be others than the first free ones. */
  httpPort: positive('DWAY_HTTP_PORT'),
  httpsPort: positive('DWAY_HTTPS_PORT'),
  codespace: codespace(),
  /** The ranges of pods, services and the engine's network, if they are wanted to be others than the usual ones. */
  podSubnet: subnet('DWAY_POD_SUBNET', 12, 20),
  serviceSubnet: subnet('DWAY_SERVICE_SUBNET', 12, 24),
  networkSubnet: subnet('DWAY_NETWORK_SUBNET', 12, 28),
  /** Whether the container that this runs in is removed after it, by ./dway on the host. */
  toolboxGoes: process.env['DWAY_TOOLBOX_GOES'] === '1',
} as const

// Behind a proxy, this checkout's own hosts are still reached directly.
if (process.env['HTTP_PROXY'] || process.env['HTTPS_PROXY']) {
  const own = [names.node, names.registry, 'localhost', '127.0.0.1', '.localhost']
  process.env['NO_PROXY'] = [process.env['NO_PROXY'], ...own].filter(Boolean).join(',')
  process.env['no_proxy'] = process.env['NO_PROXY']
}
