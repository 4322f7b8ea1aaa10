import { $ } from './shell.ts'

/** What an image is made of. */
export interface LayeredImage {
  id: string
  /** All its layers together. */
  bytes: number
  /** What no other image has of it. */
  uniqueBytes: number
  /** Its layers from the lowest up; images on the same base begin with the same ones. */
  layers: readonly string[]
}

/**
 * Reads the layers of all images.
 * @param uniqueBytes what deleting each one alone would free, by its id
 */
export async function imageLayers(uniqueBytes: ReadonlyMap<string, number>): Promise<LayeredImage[]> {
  const ids = [...uniqueBytes.keys()]
  if (ids.length === 0) return []
  const format = '{{.Id}}\t{{.Size}}\t{{json .RootFS.Layers}}'
  // One that is gone by now is left out.
  const { stdout } = await $`docker image inspect --format ${format} ${ids}`.nothrow()
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', size, layers] = line.split('\t')
      return {
        id,
        bytes: Number(size),
        uniqueBytes: uniqueBytes.get(id) ?? 0,
        layers: (JSON.parse(layers ?? 'null') ?? []) as string[],
      }
    })
}

/**
 * About how much deleting images frees: what they share with each other goes with the last of them, what they share
 * with one that stays does not. The engine tells the sizes of images, not of layers; where those don't tell a shared
 * part's size, it is taken for as large as it can be, and less is promised than is freed.
 */
export function freedBytes(images: readonly LayeredImage[], gone: ReadonlySet<string>): number {
  // For each run of layers from the lowest up: the smallest image that begins with it. Nothing but the run is in it, if
  // there is such an image.
  const atMost = new Map<string, number>()
  const runsOf = ({ layers }: LayeredImage) => layers.map((_, index) => layers.slice(0, index + 1).join())
  for (const image of images)
    for (const run of runsOf(image))
      atMost.set(run, Math.min(atMost.get(run) ?? Number.POSITIVE_INFINITY, image.bytes))
  const counted = new Set(images.filter(({ id }) => !gone.has(id)).flatMap(runsOf))
  let freed = 0
  const victims = images.filter(({ id }) => gone.has(id))
  for (const image of victims.toSorted((one, other) => one.layers.length - other.layers.length)) {
    const runs = runsOf(image)
    const shared = runs.findLast((run) => counted.has(run))
    freed += Math.max(image.uniqueBytes, image.bytes - (shared === undefined ? 0 : (atMost.get(shared) ?? 0)))
    for (const run of runs) counted.add(run)
  }
  return freed
}
