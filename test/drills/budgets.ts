import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import { expect } from 'vitest'
import { browserHeaders, findFrontDoor } from '../../scripts/lib/front-door.ts'
import { newCustomer } from '../support/visitor.ts'
import type { Drill } from './drill.ts'
import { holdTransaction } from './held-session.ts'

/** So few fail that, for each, a thousand that succeed can follow within a minute: then the budget lasts again. */
const BETWEEN_FAILURES_MS = 8000
const SUCCEEDING_FOR_EACH = 1500
/** A busy machine may lose some, but not what the budget needs. */
const MOST_FAILING = 0.0002

export const burst: Drill = {
  title: 'a burst of requests that are slow and fail',
  alerts: [
    'ErrorBudgetBurnFast',
    'ErrorBudgetBurnSlow',
    'LatencyBudgetBurnFast',
    'LatencyBudgetBurnSlow',
  ].map((alert) => ({ alert })),
  plant: async () => {
    const { visitor } = await newCustomer()
    const door = await findFrontDoor()
    const release = await holdTransaction(
      'drill-burst',
      'lock table security_events in access exclusive mode;',
    )
    let failing = true
    let failed = 0
    const fail = async () => {
      while (failing) {
        expect((await visitor.ask('/security-events')).status).toBe(503)
        failed += 1
        await sleep(BETWEEN_FAILURES_MS)
      }
    }
    const failures = fail()
    failures.catch(() => undefined)
    return async () => {
      failing = false
      await failures
      await release()
      const amount = failed * SUCCEEDING_FOR_EACH
      const { non2xx, errors } = await autocannon({
        url: `https://${door.host}:${door.port}/api/me`,
        servername: door.name,
        tlsOptions: { ca: door.authority },
        headers: browserHeaders(door, visitor.session ?? ''),
        connections: 4,
        amount,
      })
      expect(non2xx + errors).toBeLessThan(amount * MOST_FAILING)
    }
  },
}
