// down: takes the bank down and deletes its cluster, after asking
//
// Usage: ./dway down [--volumes] [--yes] [--json]
//
// Deletes this checkout's cluster with all data in it, its registry, its network, its kube context and its toolbox; a
// command that changes the stack meanwhile is ended first. Images, build caches and the registry's layers stay, so that
// the next up is quick; the last line says how much disk they keep.
//
//   --volumes  deletes the registry's layers too
//   --yes      does not ask
//   --json     prints what was deleted and what the caches keep, in bytes, as JSON
import { readArgs } from './lib/args.ts'
import { totals } from './lib/caches.ts'
import { trustedOnHost } from './lib/certs/trusted-on-host.ts'
import { confirm } from './lib/confirm.ts'
import { runVerb } from './lib/errors.ts'
import { currentHolder } from './lib/lock.ts'
import { requireOwnCluster } from './lib/ownership.ts'
import { remainsOf, toolboxes } from './lib/remains.ts'
import { environment, names, root } from './lib/settings.ts'
import { takeDown } from './lib/stack.ts'
import { bytes } from './lib/status/format.ts'
import { note } from './lib/steps.ts'

/** What there is to take down, in words. */
async function victims(volumes: boolean): Promise<string[]> {
  const [found, holder, boxes] = await Promise.all([remainsOf(), currentHolder(), toolboxes(root)])
  const others = found.containers.filter((name) => !name.startsWith(`${names.cluster}-`))
  return [
    ...(holder ? [`what ./dway ${holder.verb} does now (process ${holder.pid}), which is ended first`] : []),
    ...(found.containers.some((name) => /-(control-plane|worker\d*)$/.test(name))
      ? [`cluster ${names.cluster} with every database in it, and their backups`]
      : []),
    ...found.containers
      .filter((name) => /-(registry|browser)$/.test(name))
      .map((name) => `container ${name}`),
    ...others.map((name) => `container ${name}`),
    ...found.networks.map((name) => `network ${name}`),
    ...(volumes ? found.volumes.map((name) => `volume ${name}`) : []),
    // Without one, ./dway runs this in a container that is none.
    ...(environment.toolboxGoes && boxes.length > 0
      ? ['the toolbox, with every terminal and editor that is open in it']
      : []),
  ]
}

await runVerb('down', async () => {
  const { flags } = readArgs(import.meta.url)
  const volumes = flags['volumes'] === true
  await requireOwnCluster()
  const deleted = await victims(volumes)
  if (deleted.length === 0) {
    note('nothing is up')
  } else {
    await confirm('deletes', deleted, flags['yes'] === true)
    await takeDown({ volumes, endOthers: true })
  }
  const kept = await totals()
  if (!environment.toolboxGoes)
    note(
      'this toolbox stays, because you are in it: closing the container in the editor and ./dway down on the host end it',
    )
  if (trustedOnHost().length > 0)
    note("the host still trusts this bank's CA: './dway certs untrust' takes it out of its stores")
  note(
    `the engine keeps ${bytes(kept.images)} of images, ${bytes(kept.buildCache)} of build cache and ${bytes(kept.volumes)} of volumes: ./dway prune frees what is old of it, ./dway prune --all the rest`,
  )
  if (flags['json']) console.log(JSON.stringify({ deleted, keptBytes: kept }, null, 2))
})
