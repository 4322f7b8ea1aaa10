import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from './errors.ts'
import { environment, root, statePath } from './settings.ts'
import { $, succeeds } from './shell.ts'

/** One row of Tilt's page. */
export interface TiltResource {
  name: string
  /** What it waits for or why it failed, in Tilt's words. */
  detail: string
  state: 'ready' | 'pending' | 'failed'
  /** Whether it only watches the bank, which waits for none of it. */
  watches?: boolean
  /** Why the last update failed: the build, or the API server's refusal. */
  updateError?: string
  /** Whether that was a live update: the pod runs on as it was, and the next edit is the next try. */
  liveUpdateFailed?: boolean
  /** When the last update ended, in milliseconds of the epoch. */
  updatedAt?: number
  /** How long the last build and deployment took, once they are done. */
  updateSeconds?: number
}

/** A row as Tilt gives it. */
export interface UiResource {
  metadata: { name: string; labels?: Record<string, string> }
  status: {
    updateStatus?: string
    pendingBuildSince?: string
    runtimeStatus?: string
    buildHistory?: { error?: string; startTime?: string; finishTime?: string; spanID?: string }[]
    waiting?: { reason?: string; on?: { name: string }[] }
    k8sResourceInfo?: { podStatus?: string; podStatusMessage?: string; podError?: string }
  }
}

/** How long Tilt may take to answer: one that was stopped accepts connections and says nothing. */
const ANSWER = '10s'

/** Asks the Tilt that serves this checkout. */
function askTilt(...words: string[]) {
  return $`tilt get ${words}`.timeout(ANSWER, 'SIGKILL')
}

/** Whether Tilt serves this checkout. */
export function tiltRuns(): Promise<boolean> {
  return succeeds(askTilt('session'))
}

/** The registry that the running Tilt pushes to, which it reads from the cluster when it starts. */
export async function tiltRegistry(): Promise<string> {
  const path = '{.items[*].status.registry.host}'
  return (await askTilt('clusters', '--output', `jsonpath=${path}`).nothrow()).stdout.trim()
}

/** Starts Tilt in the background; its output goes to .dway/logs/tilt.log. */
export async function startTilt(): Promise<void> {
  const log = fs.openSync(statePath('logs/tilt.log'), 'w')
  // The engine publishes the page from the container's own network; in a Codespace that network is the machine's.
  const host = environment.codespace ? '127.0.0.1' : '0.0.0.0'
  const child = spawn('tilt', ['up', '--stream', '--host', host], {
    cwd: root,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, DWAY_PREPARED: '1' },
  })
  child.unref()
  fs.closeSync(log)
  for (let attempt = 0; attempt < 120; attempt += 1) {
    if (await tiltRuns()) return
    if (child.exitCode !== null) break
    await sleep(250)
  }
  const lines = fs.readFileSync(statePath('logs/tilt.log'), 'utf8').trim().split('\n')
  throw new UserError(`Tilt did not start: ${lines.at(-1) ?? 'no output'} (see .dway/logs/tilt.log)`)
}

/** Tilt's processes that serve this checkout, whoever started them in this container. */
async function tiltProcesses(): Promise<number[]> {
  const { stdout } = await $`pgrep -x tilt`.nothrow()
  return stdout.split('\n').filter(Boolean).map(Number).filter(worksHere)
}

function worksHere(pid: number): boolean {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) === root
  } catch {
    // It ended meanwhile, or belongs to another user.
    return false
  }
}

/** Stops Tilt; what it deployed stays. */
export async function stopTilt(): Promise<void> {
  for (const pid of await tiltProcesses()) process.kill(pid, 'SIGTERM')
  for (let attempt = 0; attempt < 40 && (await tiltProcesses()).length > 0; attempt += 1) await sleep(250)
}

/** How a resource stands, from what Tilt says of its last update and of its running pods. */
export function resourceState(resource: UiResource): TiltResource {
  const {
    updateStatus = 'none',
    runtimeStatus = 'none',
    buildHistory,
    waiting,
    k8sResourceInfo,
  } = resource.status
  const done = (status: string) => status === 'ok' || status === 'not_applicable'
  const failed = updateStatus === 'error' || runtimeStatus === 'error'
  const detail = [
    buildHistory?.[0]?.error,
    k8sResourceInfo?.podStatusMessage,
    k8sResourceInfo?.podError,
    k8sResourceInfo?.podStatus,
    waiting?.on?.map((on) => `waits for ${on.name}`).join(', '),
    waiting?.reason,
    `update ${updateStatus}, runtime ${runtimeStatus}`,
  ].find(Boolean)
  const state = failed ? 'failed' : done(updateStatus) && done(runtimeStatus) ? 'ready' : 'pending'
  const [last] = buildHistory ?? []
  const updatedAt = Date.parse(last?.finishTime ?? '')
  const took = updatedAt - Date.parse(last?.startTime ?? '')
  return {
    name: resource.metadata.name,
    detail: detail ?? '',
    state,
    ...(resource.metadata.labels?.['observability'] !== undefined && { watches: true }),
    ...(updateStatus === 'error' && last?.error
      ? {
          updateError: last.error,
          ...(last.spanID?.startsWith('liveupdate:') ? { liveUpdateFailed: true } : {}),
        }
      : {}),
    ...(took >= 0 ? { updatedAt, updateSeconds: took / 1000 } : {}),
  }
}

/** Tilt's rows in its own words. */
export async function uiResources(): Promise<UiResource[]> {
  const { stdout } = await askTilt('uiresources', '--output', 'json')
  return (JSON.parse(stdout) as { items: UiResource[] }).items
}

/** Every resource as Tilt sees it now. */
export async function tiltResources(): Promise<TiltResource[]> {
  const items = await uiResources()
  // What is started by hand is not waited for, nor what watches the others.
  return items
    .filter(({ metadata: { labels } }) => !labels?.['actions'] && !labels?.['sources'])
    .map(resourceState)
}
