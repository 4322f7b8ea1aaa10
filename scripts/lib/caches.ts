import fs from 'node:fs'
import { ownContainer } from './engine.ts'
import { environment, statePath } from './settings.ts'
import { $ } from './shell.ts'

/** An image as the engine lists it. */
export interface Image {
  id: string
  repository: string
  tag: string
  created: string
  /** How many containers there are of it. */
  containers: number
}

/** What the engine keeps, all projects' together. */
export interface Totals {
  images: number
  buildCache: number
  volumes: number
}

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }

/** A size as docker writes it, in bytes; 0 for what is none. */
export function parseSize(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)([kMGT]?B)/.exec(text) ?? []
  return Math.round(Number(number ?? 0) * (UNITS[unit] ?? 0))
}

/** What the engine keeps of everything. */
export async function totals(): Promise<Totals> {
  const { stdout } = await $`docker system df --format ${'{{json .}}'}`
  const rows = stdout.split('\n').filter(Boolean)
  const sizes = rows.map((line) => JSON.parse(line) as { Type: string; Size: string })
  const size = (type: string) => parseSize(sizes.find((row) => row.Type === type)?.Size ?? '')
  return { images: size('Images'), buildCache: size('Build Cache'), volumes: size('Local Volumes') }
}

interface Details {
  Images: {
    ID: string
    Repository: string
    Tag: string
    UniqueSize: string
    CreatedAt: string
    Containers: string
  }[]
  Volumes: { Name: string; Size: string; Links: string }[]
}

/** A registry's layers. */
export interface Layers {
  name: string
  bytes: number
  inUse: boolean
}

/** What the engine keeps for checkouts. */
export interface Caches {
  /** The images that ./dway makes, whichever checkout's. */
  images: Image[]
  /** The registries' layers, whichever checkout's. */
  layers: Layers[]
  /** What deleting an image alone would free, by the id of each image that there is, other projects' too. */
  uniqueBytes: Map<string, number>
}

/** Looks at what the engine keeps for checkouts. */
export async function ownCaches(): Promise<Caches> {
  const details = JSON.parse((await $`docker system df --verbose --format ${'{{json .}}'}`).stdout) as Details
  const images = details.Images.map((image) => ({
    id: image.ID,
    repository: image.Repository,
    tag: image.Tag,
    created: image.CreatedAt,
    containers: Number(image.Containers),
  }))
  const layers = details.Volumes.filter(({ Name }) => /^dway-[0-9a-f]{8}-registry$/.test(Name))
  return {
    images: images.filter((image) => isOurs(image)),
    layers: layers.map(({ Name, Size, Links }) => ({
      name: Name,
      bytes: parseSize(Size),
      inUse: Links !== '0',
    })),
    uniqueBytes: new Map(details.Images.map(({ ID, UniqueSize }) => [ID, parseSize(UniqueSize)])),
  }
}

/** The toolboxes that lost their name to a newer one, by id. */
export async function namelessToolboxes(): Promise<string[]> {
  const filters = ['--filter', 'dangling=true', '--filter', 'label=dway.toolbox']
  const { stdout } = await $`docker image ls --quiet --no-trunc ${filters}`
  return [...new Set(stdout.split('\n').filter(Boolean))]
}

/** Whether an image's name is one that ./dway, Tilt in it, or the devcontainer CLI in it gives. */
export function isOurs({ repository }: Pick<Image, 'repository'>): boolean {
  return /^(dway\/[a-z-]+|localhost:\d+\/dway_[a-z-]+|vsc-.+-[0-9a-f]{64}(-uid)?)$/.test(repository)
}

/** The versions of the platform that containers are made of; the container that runs this only while it stays. */
export async function versionsInUse(): Promise<Set<string>> {
  const format = '{{.ID}}\t{{.Image}}\t{{.Label "dway.toolbox"}}'
  const { stdout } = await $`docker ps --all --no-trunc --format ${format}`
  const versions = new Set<string>()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [id = '', image = '', toolbox = ''] = line.split('\t')
    if (environment.toolboxGoes && id.startsWith(ownContainer())) continue
    const tag = /^dway\/[a-z-]+:(.+)$/.exec(image)?.[1]
    for (const version of [tag, toolbox]) if (version) versions.add(version)
  }
  return versions
}

/** The versions that this checkout's next up starts from. */
export function ownVersions(): Set<string> {
  const read = (file: string) =>
    fs.existsSync(statePath(file)) ? fs.readFileSync(statePath(file), 'utf8') : ''
  const toolbox = /^LABEL dway\.toolbox=(\S+)$/m.exec(read('Dockerfile'))?.[1]
  return new Set([read('toolchain-tag').trim(), toolbox ?? ''].filter((version) => version !== ''))
}

/**
 * The images that may go.
 * @param inUse versions of which containers are made, which stay in any case
 * @param wanted versions that are kept for the next up; undefined if nothing is kept for it
 */
export function disposable(
  images: readonly Image[],
  inUse: ReadonlySet<string>,
  wanted: ReadonlySet<string> | undefined,
): Image[] {
  // A checkout's own toolbox has the toolbox's version and a number.
  const isOf = (versions: ReadonlySet<string>, tag: string) =>
    versions.has(tag) || versions.has(tag.replace(/-\d+$/, ''))
  const newest = new Map<string, Image>()
  for (const image of images) {
    const other = newest.get(image.repository)
    if (other === undefined || image.created > other.created) newest.set(image.repository, image)
  }
  return images.filter((image) => {
    if (image.containers > 0 || isOf(inUse, image.tag)) return false
    if (wanted === undefined) return true
    if (isOf(wanted, image.tag) || image.repository === 'dway/debian') return false
    // What Tilt and the tests build has tags of its own: the newest is what the next build starts from.
    const ownTags =
      /^(localhost:\d+\/dway_|dway\/(browser|elasticsearch|log-shipper|postgres|prometheus|proxy|schemathesis|squawk|sslyze)$)/.test(
        image.repository,
      )
    return !(ownTags && newest.get(image.repository) === image)
  })
}
