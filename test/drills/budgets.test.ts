import { setTimeout as sleep } from 'node:timers/promises'
import { it } from 'vitest'
import { long } from '../support/long.ts'
import { runDrill } from './drill.ts'
import { drills } from './drills.ts'
import { withFreshPrometheus } from './fresh-prometheus.ts'

/** Long enough for three scrapes and for a rule that looks at their rate. */
const READS_FOR_MS = 50_000

it.runIf(long).each(drills.budgets)('$title', (drill) =>
  withFreshPrometheus(async (watch) => {
    await sleep(READS_FOR_MS)
    await runDrill(drill, watch)
  }),
)
