import { usersOf } from './certs/table.ts'
import { deleteCluster, ensureCluster, type Found, frontDoor } from './cluster.ts'
import { lockfileProblem } from '../../services/npm-ci/lockfile.ts'
import { forwardedHost, forwardedOrigin } from './codespace.ts'
import { BuildError } from './errors.ts'
import { installHooks } from './hooks.ts'
import { exclusively } from './lock.ts'
import { logStore } from './log-store.ts'
import { shareShipperLogin } from './logs/shipper-login.ts'
import { removeKilledRestore } from './backup/killed-restore.ts'
import { changeSelection, renderNamespace, type Selection } from './overlay.ts'
import { profile } from './profile.ts'
import { registryPort } from './registry.ts'
import { removeRemains } from './remains.ts'
import { restart } from './restart.ts'
import { environment, names, root, writeState } from './settings.ts'
import { ensureSecrets } from './secrets.ts'
import { kubectl, kubectlBank, must } from './shell.ts'
import { step } from './steps.ts'
import { tiltAddress } from './tilt-address.ts'
import { startTilt, stopTilt, tiltRegistry, tiltRuns } from './tilt.ts'
import { waitForBank, type Part } from './up/wait.ts'

/** The address of the bank in a browser on the engine's host. */
export async function bankAddress(): Promise<string> {
  const { https } = await frontDoor()
  return `https://dwaybank.localhost${https === 443 ? '' : `:${https}`}`
}

/** Where a browser opens what the front door leads to. */
interface OpenAddresses {
  bank: string
  pgadmin: string
  redisCommander: string
  tools?: string
  dashboards?: string
  prometheus?: string
  alerts?: string
  logs?: string
  mailbox?: string
  traces?: string
}

/**
 * Where a browser opens what the front door leads to: on the engine's host, or by a Codespace's forwarded ports, which
 * are for the bank and the developer's tools alone.
 */
export async function openAddresses(): Promise<OpenAddresses> {
  const bank = await bankAddress()
  const tool = (host: string) => bank.replace('//', `//${host}.`)
  return {
    bank: forwardedOrigin('bank') ?? bank,
    pgadmin: forwardedOrigin('pgadmin') ?? tool('pgadmin'),
    redisCommander: forwardedOrigin('redisCommander') ?? tool('redis'),
    ...(profile() === 'full' &&
      !environment.codespace && {
        tools: tool('tools'),
        dashboards: tool('dashboards'),
        prometheus: tool('prometheus'),
        alerts: `${tool('prometheus')}/classic/alerts`,
        logs: tool('logs'),
        mailbox: tool('mailbox'),
        traces: tool('traces'),
      }),
  }
}

/**
 * Tells the pods how the outside sees them: the origins that the api accepts, the port to redirect to, and the name
 * of a forwarded port. Pods that run already start anew if it changed.
 */
async function announceFrontDoor(): Promise<void> {
  const { https } = await frontDoor()
  const forwarded = forwardedHost('bank')
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'front-door' },
    data: {
      origins: [await bankAddress(), forwardedOrigin('bank')].filter(Boolean).join(','),
      host: 'dwaybank.localhost',
      'https-port': String(https),
      ...(forwarded && { 'forwarded-host': forwarded }),
    },
  }
  // The start page of the tools reads it from a volume, so nothing has to start anew.
  const toolsLinks = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'tools-links' },
    data: { 'links.json': JSON.stringify({ tilt: await tiltAddress() }) },
  }
  await must(
    "Tilt's address was not announced",
    kubectlBank(['apply', '--filename', '-'], JSON.stringify(toolsLinks)),
  )
  const links = { ...(await openAddresses()), forwarded: forwarded !== undefined }
  writeState('links.json', `${JSON.stringify(links)}\n`)
  const { stdout } = await must(
    'the front door was not announced',
    kubectlBank(['apply', '--filename', '-'], JSON.stringify(configMap)),
  )
  if (stdout.includes('configured')) for (const name of ['proxy', 'api']) await restart(`deployment/${name}`)
}

interface UpOptions {
  /** Number of nodes besides the control plane, when the cluster is made. */
  workers?: number
  /** What runs from now on; without it what was chosen last. */
  selection?: Selection
}

/**
 * Makes everything that Tilt builds upon: cluster, registry, namespace, Secrets, the front door's description.
 * Runs before every `tilt up` and `tilt ci` too, by the toolbox's tilt command.
 */
export function ensurePlatform(): Promise<void> {
  return exclusively(async () => {
    await preparePlatform({})
  })
}

async function preparePlatform(options: UpOptions): Promise<Found> {
  // Before anything is made: Tilt would find it in each build.
  const problem = lockfileProblem(root)
  if (problem !== undefined) throw new BuildError(problem)
  installHooks()
  const found = await ensureCluster(options)
  if (options.selection) await changeSelection(options.selection)
  const namespace = await renderNamespace(names.namespace)
  await must('the namespace was not made', kubectl(['apply', '--filename', '-'], namespace))
  const made = await ensureSecrets()
  await removeKilledRestore()
  if (profile() === 'full' && logStore() === 'elk') await shareShipperLogin()
  // Who is not there yet finds the first certificate without.
  for (const workload of usersOf(made)) await restart(workload)
  await announceFrontDoor()
  return found
}

/**
 * Why a running Tilt cannot go on: it has pushed to a registry that is not the one of now or was away meanwhile, or it
 * watched a cluster that was: of some pods it never hears again.
 */
async function whyTiltEnds({ registryWasGone, nodesWereStopped }: Found): Promise<string | undefined> {
  if (!(await tiltRuns())) return undefined
  if (registryWasGone || (await tiltRegistry()) !== `localhost:${await registryPort()}`)
    return 'whose registry was gone or has moved'
  return nodesWereStopped ? 'whose cluster was stopped' : undefined
}

/**
 * Afterwards the whole stack runs and is ready; what runs already stays.
 * @returns how long each part took, the slowest last
 */
export function ensureUp(options: UpOptions = {}): Promise<Part[]> {
  return exclusively(async () => {
    const reason = await whyTiltEnds(await preparePlatform(options))
    if (reason !== undefined) await step(`stop Tilt, ${reason}`, () => stopTilt())
    if (!(await tiltRuns())) await step('start Tilt', () => startTilt())
    return step('bring up the bank', (progress) => waitForBank(progress))
  })
}

/**
 * Takes everything down: Tilt, the cluster with its data, the registry, the network.
 * @param options.volumes whether the registry's layers are deleted as well
 * @param options.endOthers whether a command that changes the stack meanwhile is ended instead of waited for
 */
export function takeDown(options: { volumes?: boolean; endOthers?: boolean } = {}): Promise<void> {
  const { volumes = false, endOthers = false } = options
  return exclusively(
    async () => {
      await step('stop Tilt', () => stopTilt())
      await step('delete the cluster', () => deleteCluster())
      await step('delete registry and network', () => removeRemains(volumes))
    },
    { endOthers },
  )
}
