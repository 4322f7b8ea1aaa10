// up: brings up the whole bank, and says where it is
//
// Usage: ./dway up [--profile core|full] [--logs victorialogs|elk] [--workers N] [--json]
//
// Builds what is missing, makes this checkout's own cluster, starts Tilt and waits until everything is ready. If a
// part cannot come up, it ends as soon as that is certain and says which one, why, what shows it and what to do.
// What runs already is left as it is, so it can be called at any time.
//
//   --profile P  core is the bank with the developer's tools; full has what watches it too, built once the bank is up. The
//                choice stays, and changing it loses no data (full, until another one is chosen)
//   --logs STORE which store ./dway logs asks. VictoriaLogs is there in the profile full anyway; elk is Elasticsearch beside it,
//                with a gigabyte of memory more. The choice stays, and changing it loses no data (victorialogs)
//   --workers N  number of nodes besides the control plane (0; only when the cluster is made)
//   --json       prints addresses, stages and parts with their seconds as JSON; of a failure its cause and evidence
import { choice, readArgs, wholeNumber } from './lib/args.ts'
import { addresses, printAddresses } from './lib/addresses.ts'
import { runVerb, UsageError } from './lib/errors.ts'
import { logStores } from './lib/log-store.ts'
import { selection } from './lib/overlay.ts'
import { profiles } from './lib/profile.ts'
import { ensureUp } from './lib/stack.ts'
import { stages } from './lib/steps.ts'
import { failureData } from './lib/up/failure.ts'

await runVerb('up', async () => {
  const { flags } = readArgs(import.meta.url)
  const options = flags['workers'] === undefined ? {} : { workers: wholeNumber(flags, 'workers', 0) }
  const print = (result: object) => {
    if (flags['json']) console.log(JSON.stringify(result, null, 2))
  }
  const last = selection()
  const profile = choice(flags, 'profile', profiles, last.profile)
  const logStore = choice(flags, 'logs', logStores, last.logStore)
  if (profile === 'core' && flags['logs'] === 'elk')
    throw new UsageError('--logs elk needs the profile full: ./dway up --profile full --logs elk')
  try {
    const parts = await ensureUp({ ...options, selection: { profile, logStore } })
    const found = await addresses()
    print({ up: true, addresses: found, stages, parts })
    if (!flags['json']) printAddresses(found)
  } catch (error) {
    print({ up: false, failure: failureData(error), stages })
    throw error
  }
})
