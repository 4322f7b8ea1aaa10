// down: takes the bank down and deletes its cluster, after asking
//
// Usage: ./dway down [--volumes] [--yes] [--json]
//
// Deletes this checkout's cluster with all data in it, its registry and its network. Images, build caches and the
// registry's layers stay, so that the next up is quick.
//
//   --volumes  deletes the registry's layers too
//   --yes      does not ask
//   --json     prints what was deleted as JSON
import { readArgs } from './lib/args.ts'
import { confirm } from './lib/confirm.ts'
import { containerState } from './lib/engine.ts'
import { runVerb } from './lib/errors.ts'
import { names } from './lib/settings.ts'
import { takeDown } from './lib/stack.ts'

await runVerb('down', async () => {
  const { flags } = readArgs(import.meta.url)
  if (
    (await containerState(names.node)) === undefined &&
    (await containerState(names.registry)) === undefined
  ) {
    console.error('  · nothing is up')
    if (flags['json']) console.log(JSON.stringify({ deleted: [] }))
    if (flags['volumes'] !== true) return
  }
  const volumes = flags['volumes'] === true
  const victims = [
    `cluster ${names.cluster} with every database in it`,
    `registry ${names.registry}`,
    `network ${names.network}`,
    ...(volumes ? [`volume ${names.registryVolume}`] : []),
  ]
  await confirm('deletes', victims, flags['yes'] === true)
  await takeDown({ volumes })
  if (flags['json']) console.log(JSON.stringify({ deleted: victims }))
})
