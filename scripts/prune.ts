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
//   --dry-run  only says what would be deleted
//   --yes      does not ask
//   --json     prints what was deleted, and how many bytes that freed, as JSON
import { readArgs } from './lib/args.ts'
import { disposable, namelessToolboxes, ownCaches, ownVersions, totals, versionsInUse } from './lib/caches.ts'
import { confirm } from './lib/confirm.ts'
import { runVerb } from './lib/errors.ts'
import { exclusively } from './lib/lock.ts'
import { orphans, remove, type Orphan } from './lib/remains.ts'
import { $ } from './lib/shell.ts'
import { bytes } from './lib/status/format.ts'
import { note, step } from './lib/steps.ts'

/** Build cache beyond this is freed in any case. */
const CACHE_BYTES = 20e9

interface Plan {
  orphans: Orphan[]
  images: { name: string; bytes: number }[]
  nameless: string[]
  layers: { name: string; bytes: number }[]
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
  const layers = all ? caches.layers.filter(({ name, inUse }) => !inUse && !lostVolumes.includes(name)) : []
  return {
    orphans: lost,
    images: disposable(caches.images, inUse, all ? undefined : ownVersions()).map((image) => ({
      name: `${image.repository}:${image.tag}`,
      bytes: image.uniqueBytes,
    })),
    nameless,
    layers: layers.map(({ name, bytes }) => ({ name, bytes })),
    buildCacheBytes: Math.max(0, sizes.buildCache - (all ? 0 : CACHE_BYTES)),
  }
}

/** What a plan deletes, in words. */
function describe({ orphans, images, nameless, layers, buildCacheBytes }: Plan): string[] {
  return [
    ...orphans.flatMap(({ checkout, containers, networks, volumes }) =>
      [...containers, ...networks, ...volumes].map((name) => `${name}, of ${checkout}, which is gone`),
    ),
    ...images.map(({ name, bytes: size }) => `image ${name}, ${bytes(size)} of its own`),
    ...nameless.map((id) => `image ${id}, a toolbox that lost its name`),
    ...layers.map(({ name, bytes: size }) => `volume ${name}, ${bytes(size)}`),
    ...(buildCacheBytes > 0
      ? [`build cache of every project on this engine, up to ${bytes(buildCacheBytes)}`]
      : []),
  ]
}

async function carryOut(plan: Plan, all: boolean): Promise<void> {
  for (const orphan of plan.orphans)
    await step(`remove what ${orphan.checkout} left behind`, () => remove(orphan, []))
  const images = [...plan.images.map(({ name }) => name), ...plan.nameless]
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
  const victims = describe(plan)
  let freedBytes = 0
  if (victims.length === 0) {
    note(`there is nothing to free${all ? '' : ' that the next up does not need: --all frees that too'}`)
  } else if (dryRun) {
    console.error('This would delete:')
    for (const victim of victims) console.error(`  - ${victim}`)
  } else {
    await confirm('deletes', victims, flags['yes'] === true)
    const sum = ({ images, buildCache, volumes }: Awaited<ReturnType<typeof totals>>) =>
      images + buildCache + volumes
    const before = sum(await totals())
    await exclusively(() => carryOut(plan, all))
    freedBytes = Math.max(0, before - sum(await totals()))
    note(`freed ${bytes(freedBytes)}`)
  }
  if (json) console.log(JSON.stringify({ dryRun, deleted: victims, freedBytes }, null, 2))
})
