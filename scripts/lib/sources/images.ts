import fs from 'node:fs'
import path from 'node:path'
import { isReady, type List, NAME_LABEL, type Pod } from '../kubernetes.ts'
import { names, root } from '../settings.ts'
import { $, getJson } from '../shell.ts'
import { busyServices } from './check.ts'
import { ignoredIn } from './ignored.ts'
import { syncedServices } from './services.ts'

/** A service whose pods run an image that is older than what it is made of. */
export interface StaleImage {
  service: string
  /** Files that were changed since Tilt began to build the image; none if the newest image only isn't running. */
  files: string[]
}

/** What Tilt knows of an image that it builds. */
interface TiltImage {
  service: string
  /** What it is made of, relative to the checkout. */
  inputs: string[]
  /** When its newest build began, in milliseconds. */
  builtAt: number
  /** The name under which the cluster has it. */
  reference: string
}

interface ImageMap {
  metadata: { name: string }
  status: { buildStartTime?: string; imageFromCluster?: string }
}

interface FileWatch {
  metadata: { name: string }
  spec: { ignores?: { patterns?: string[] }[] }
}

/** The images that Tilt builds; undefined if no Tilt answers. */
async function tiltImages(): Promise<TiltImage[] | undefined> {
  const { exitCode, stdout } = await $`tilt get imagemaps,filewatches --output json`
    .timeout('3s', 'SIGKILL')
    .nothrow()
  if (exitCode !== 0) return undefined
  const { items } = JSON.parse(stdout) as {
    items: (({ kind: 'ImageMap' } & ImageMap) | ({ kind: 'FileWatch' } & FileWatch))[]
  }
  return items.flatMap((item) => {
    if (item.kind !== 'ImageMap') return []
    const { buildStartTime, imageFromCluster } = item.status
    if (buildStartTime === undefined || imageFromCluster === undefined) return []
    const watch = items.find(
      (other) => other.kind === 'FileWatch' && other.metadata.name === `image:${item.metadata.name}`,
    ) as FileWatch | undefined
    // Tilt ignores everything, but what an image is made of.
    const inputs = (watch?.spec.ignores ?? [])
      .flatMap(({ patterns }) => patterns ?? [])
      .flatMap((pattern) => (pattern.startsWith('!') ? [pattern.slice(1)] : []))
    return [
      {
        service: item.metadata.name.replace('dway_', ''),
        inputs,
        builtAt: Date.parse(buildStartTime),
        reference: imageFromCluster,
      },
    ]
  })
}

/** The files of an image that were changed after a moment, but those that are synced into the running container. */
export function changedSince({ service, inputs, builtAt }: Omit<TiltImage, 'reference'>): string[] {
  const ignored = ignoredIn(root)
  const synced = syncedServices.find(({ name }) => name === service)?.syncs.map(({ from }) => from) ?? []
  const visit = (name: string): string[] => {
    if (ignored(name) || synced.includes(name)) return []
    const stat = fs.statSync(path.join(root, name), { throwIfNoEntry: false })
    if (!stat) return []
    if (stat.isDirectory())
      return fs.readdirSync(path.join(root, name)).flatMap((entry) => visit(`${name}/${entry}`))
    // Also set by a rename, unlike the time of the last change.
    return stat.ctimeMs > builtAt ? [name] : []
  }
  // An image may name a file by itself and with its folder.
  return [...new Set(inputs.flatMap(visit))]
}

/** Whether a service's pods run an image that is older than what it is made of. */
function isStale(image: TiltImage, pods: readonly Pod[]): StaleImage[] {
  const running = pods.filter(
    (pod) =>
      pod.metadata.labels?.[NAME_LABEL] === image.service &&
      (isReady(pod) || pod.status.phase === 'Succeeded'),
  )
  // A pod that isn't there, or not ready, is told of as that.
  if (running.length === 0) return []
  const files = changedSince(image)
  const newest = running.some(({ spec }) => spec.containers[0]?.image === image.reference)
  return files.length > 0 || !newest ? [{ service: image.service, files }] : []
}

/**
 * Finds the services whose images are older than the files that they are made of and that no live update carries, as
 * far as Tilt's own state tells: a deleted file is not noticed.
 * @returns undefined if no Tilt answers
 */
export async function checkImages(): Promise<StaleImage[] | undefined> {
  const [images, busy, { items }] = await Promise.all([
    tiltImages(),
    busyServices(),
    getJson<List<Pod>>(['--namespace', names.namespace, 'pods']),
  ])
  if (!images || !busy) return undefined
  return images.filter(({ service }) => !busy.has(service)).flatMap((image) => isStale(image, items))
}

/** What there is to say of an image, in one line. */
export function describeImage({ service, files }: StaleImage): string {
  const named = files.slice(0, 3).join(', ')
  const more = files.length > 3 ? `, ${files.length - 3} more` : ''
  return `${service} runs an image that is older than ${files.length > 0 ? named + more : 'the newest one'}`
}
