// up: brings up the whole bank, and says where it is
//
// Usage: ./dway up [--workers N] [--json]
//
// Builds what is missing, makes this checkout's own cluster, starts Tilt and waits until everything is ready.
// What runs already is left as it is, so it can be called at any time.
//
//   --workers N  number of nodes besides the control plane (0; only when the cluster is made)
//   --json       prints addresses and logins as JSON
import { readArgs, wholeNumber } from './lib/args.ts'
import { addresses, printAddresses } from './lib/addresses.ts'
import { runVerb } from './lib/errors.ts'
import { ensureUp } from './lib/stack.ts'

await runVerb('up', async () => {
  const { flags } = readArgs(import.meta.url)
  await ensureUp(flags['workers'] === undefined ? {} : { workers: wholeNumber(flags, 'workers', 0) })
  const found = await addresses()
  if (flags['json']) console.log(JSON.stringify(found, null, 2))
  else printAddresses(found)
})
