// down: takes the bank down and deletes its cluster, after asking
//
// Usage: ./dway down [--yes] [--json]
//
// Deletes this checkout's cluster with all data in it, its registry and its network. Images and build caches stay,
// so that the next up is quick.
//
//   --yes   does not ask
//   --json  prints what was deleted as JSON
import { readArgs } from './lib/args.ts'
import { confirm } from './lib/confirm.ts'
import { runVerb } from './lib/errors.ts'
import { names } from './lib/settings.ts'
import { takeDown } from './lib/stack.ts'

await runVerb('down', async () => {
  const { flags } = readArgs(import.meta.url)
  const victims = [
    `cluster ${names.cluster} with every database in it`,
    `registry ${names.registry}`,
    `network ${names.network}`,
  ]
  await confirm('deletes', victims, flags['yes'] === true)
  await takeDown()
  if (flags['json']) console.log(JSON.stringify({ deleted: victims }))
})
