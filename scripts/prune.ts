// prune: frees the disk that old images, caches and the remains of deleted checkouts take, after asking
//
// Usage: ./dway prune [--all] [--dry-run] [--yes] [--json]
//
// Deletes what checkouts that no longer exist have left behind, images of the platform that neither a container nor
// this checkout's next up needs, and build cache beyond 20 GB. What another checkout's containers are made of stays in
// any case, and nothing that ./dway did not make is touched, but for the build cache: the engine keeps one for all
// projects, and cannot tell whose it is.
//
//   --all      also what makes the next up quick: every image of the platform that no container needs, the layers of
//              registries that are down, the whole build cache
//   --dry-run  only lists what would be deleted, each image by its name
//   --yes      does not ask
//   --json     prints what was deleted, about how many bytes that should free, and how many it freed, as JSON
import { readArgs } from './lib/args.ts'
import {
  disposable,
  namelessToolboxes,
  ownCaches,
  ownVersions,
  totals,
  versionsInUse,
  type Layers,
} from './lib/caches.ts'
import { confirm } from './lib/confirm.ts'
import { runVerb } from './lib/errors.ts'
import { groupImages, type ImageGroup } from './lib/image-groups.ts'
import { imageLayers } from './lib/image-layers.ts'
import { exclusively } from './lib/lock.ts'
import { orphans, remove, type Orphan } from './lib/remains.ts'
import { $ } from './lib/shell.ts'
import { bytes } from './lib/status/format.ts'
import { note, step } from './lib/steps.ts'

/** Build cache beyond this is freed in any case. */
const CACHE_BYTES = 20e9

interface Plan {
  orphans: Orphan[]
  /** The registries' layers that orphans have. */
  orphanedLayers: Layers[]
  images: ImageGroup[]
  layers: Layers[]
  buildCacheBytes: number
}

async function makePlan(all: boolean): Promise<Plan> {
  const [lost, caches, nameless, inUse, sizes] = await Promise.all([
    orphans(),
    ownCaches(),
    namelessToolboxes(),
    versionsInUse(),
    totals(),
  ])
  const lostVolumes = lost.flatMap(({ volumes }) => volumes)
  const old = disposable(caches.images, inUse, all ? undefined : ownVersions())
  const layered = old.length + nameless.length > 0 ? await imageLayers(caches.uniqueBytes) : []
  return {
    orphans: lost,
    orphanedLayers: caches.layers.filter(({ name }) => lostVolumes.includes(name)),
    images: groupImages(old, nameless, layered, all),
    layers: all ? caches.layers.filter(({ name, inUse }) => !inUse && !lostVolumes.includes(name)) : [],
    buildCacheBytes: Math.max(0, sizes.buildCache - (all ? 0 : CACHE_BYTES)),
  }
}

/**
 * What a plan deletes, in words.
 * @param each whether every image is named, in lines below that of its group
 */
function describe(plan: Plan, each: boolean): string[] {
  return [
    ...plan.orphans.flatMap(({ checkout, containers, networks, volumes }) =>
      [...containers, ...networks, ...volumes].map((name) => {
        const layers = plan.orphanedLayers.find((volume) => volume.name === name)
        return `${name}, of ${checkout}, which is gone${layers ? `: ${bytes(layers.bytes)}` : ''}`
      }),
    ),
    ...plan.images.map(({ what, images, bytes: size }) => {
      const names = each ? images.map(({ name }) => `\n      ${name}`) : []
      return `${what}: ${images.length}, ${bytes(size)}${names.join('')}`
    }),
    ...plan.layers.map(({ name, bytes: size }) => `volume ${name}: ${bytes(size)}`),
    ...(plan.buildCacheBytes > 0
      ? [`build cache of every project on this engine: up to ${bytes(plan.buildCacheBytes)}`]
      : []),
  ]
}

/** The images that a plan deletes, by what the engine deletes them by. */
function imageNames({ images }: Plan): string[] {
  return images.flatMap((group) => group.images.map(({ name }) => name))
}

/** About how much a plan frees. */
function estimate({ orphanedLayers, images, layers, buildCacheBytes }: Plan): number {
  const parts = [...orphanedLayers, ...images, ...layers]
  return parts.reduce((sum, part) => sum + part.bytes, buildCacheBytes)
}

async function carryOut(plan: Plan, all: boolean): Promise<void> {
  for (const orphan of plan.orphans)
    await step(`remove what ${orphan.checkout} left behind`, () => remove(orphan, []))
  const images = imageNames(plan)
  if (images.length > 0)
    await step('delete images', async () => {
      // One that is in use stays: the engine refuses.
      for (const image of images) await $`docker image rm ${image}`.nothrow()
    })
  if (plan.layers.length > 0)
    await step("delete registries' layers", async () => {
      for (const { name } of plan.layers) await $`docker volume rm ${name}`.nothrow()
    })
  if (plan.buildCacheBytes > 0) {
    const what = all ? ['--all'] : ['--keep-storage', `${CACHE_BYTES}`]
    await step('delete build cache', () => $`docker buildx prune --force ${what}`)
  }
}

await runVerb('prune', async () => {
  const { flags } = readArgs(import.meta.url)
  const all = flags['all'] === true
  const dryRun = flags['dry-run'] === true
  const json = flags['json'] === true
  const plan = await makePlan(all)
  const victims = describe(plan, dryRun && !json)
  const aboutBytes = estimate(plan)
  let freedBytes = 0
  if (victims.length === 0) {
    note(`there is nothing to free${all ? '' : ' that the next up does not need: --all frees that too'}`)
  } else if (dryRun) {
    if (!json)
      console.log(
        [
          'This would delete:',
          ...victims.map((victim) => `  - ${victim}`),
          `That frees about ${bytes(aboutBytes)}.`,
        ].join('\n'),
      )
  } else {
    const verb = `frees about ${bytes(aboutBytes)} and deletes`
    await confirm(verb, victims, flags['yes'] === true)
    const sum = ({ images, buildCache, volumes }: Awaited<ReturnType<typeof totals>>) =>
      images + buildCache + volumes
    const before = sum(await totals())
    await exclusively(() => carryOut(plan, all))
    freedBytes = Math.max(0, before - sum(await totals()))
    note(`freed ${bytes(freedBytes)}`)
  }
  if (json) {
    const images = imageNames(plan)
    console.log(JSON.stringify({ dryRun, deleted: victims, images, aboutBytes, freedBytes }, null, 2))
  }
})
