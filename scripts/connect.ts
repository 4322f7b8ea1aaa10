// connect: lets a new toolbox container reach this checkout's cluster, if one runs
//
// Usage: node scripts/connect.ts, by the devcontainer after each start
import { reachCluster } from './lib/cluster.ts'
import { runVerb } from './lib/errors.ts'
import { note } from './lib/steps.ts'

await runVerb('connect', async () => {
  note(
    (await reachCluster())
      ? 'the cluster of this checkout runs'
      : 'no cluster runs yet: ./dway up or tilt up makes it',
  )
})
