import { afterAll, beforeAll, it } from 'vitest'
import { AlertWatch } from './alert-watch.ts'
import { runDrill } from './drill.ts'
import { drills } from './drills.ts'
import { withFreshPrometheus } from './fresh-prometheus.ts'

const watch = new AlertWatch('prometheus-0')
beforeAll(() => watch.start())
afterAll(() => watch.stop())

it.concurrent.each(drills.causes)('$title', (drill) => runDrill(drill, watch))

// How a budget is spent no more takes many requests that nothing disturbs: budgets.test.ts, in the long form.
it.concurrent('what fails and is slow by the locked table spends the budgets', () =>
  withFreshPrometheus((fresh) => {
    const alerts = drills.budgets.flatMap((drill) => drill.alerts)
    return Promise.all(alerts.map(({ alert }) => fresh.until(true, alert, {}, 200)))
  }),
)
