// connect: lets a new toolbox container reach this checkout's cluster, if one runs
//
// Usage: node scripts/connect.ts, by the devcontainer after each start
import fs from 'node:fs'
import { reachCluster } from './lib/cluster.ts'
import { runVerb } from './lib/errors.ts'
import { installHooks } from './lib/hooks.ts'
import { statePath } from './lib/settings.ts'
import { note } from './lib/steps.ts'

await runVerb('connect', async () => {
  note(
    (await reachCluster())
      ? 'the cluster of this checkout runs'
      : 'no cluster runs yet: ./dway up or tilt up makes it',
  )
  installHooks()
  // The clock began when the process did.
  const took = Math.round(performance.now())
  fs.appendFileSync(statePath('logs/lifecycle.log'), `postStartCommand ${took} ms\n`)
})
