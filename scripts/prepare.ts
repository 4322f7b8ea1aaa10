// prepare: makes what Tilt builds upon: cluster, registry, namespace, Secrets
//
// Usage: node scripts/prepare.ts, by the toolbox's tilt command before `tilt up` and `tilt ci`
import { runVerb } from './lib/errors.ts'
import { ensurePlatform } from './lib/stack.ts'

await runVerb('prepare', () => ensurePlatform())
