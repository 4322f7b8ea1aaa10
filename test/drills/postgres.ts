import { setTimeout as sleep } from 'node:timers/promises'
import { runPsql } from '../../scripts/lib/database.ts'
import { messageOf } from '../../scripts/lib/errors.ts'
import { newCustomer } from '../support/visitor.ts'
import type { Drill } from './drill.ts'
import { holdConnections, holdTransaction } from './held-session.ts'
import { takeAway } from './workloads.ts'

/** Of 160 that PostgreSQL accepts; with those of the bank itself, more than four fifths and less than all. */
const CONNECTIONS = 130

export const manyConnections: Drill = {
  title: 'connections to PostgreSQL that somebody leaves open',
  alerts: [{ alert: 'PostgresConnectionsNearLimit' }],
  plant: () => holdConnections('drill-connections', CONNECTIONS),
}

/** Longer than a busy machine needs to start one of two commands after the other. */
const MEET_SECONDS = 20
/** Another drill may hold nearly all connections meanwhile, so that one of the two gets none. */
const ATTEMPTS = 5

/** Takes a lock, waits until another has taken the second, however late that starts, and asks for that as well. */
const lockBoth = (first: number, second: number) => `begin;
select pg_advisory_xact_lock(${first});
do $$ begin
  for look in 1..${MEET_SECONDS * 10} loop
    exit when exists (select from pg_locks where locktype = 'advisory' and objid = ${second} and granted);
    perform pg_sleep(0.1);
  end loop;
end $$;
select pg_advisory_xact_lock(${second});
commit;
`

export const deadlock: Drill = {
  title: 'two transactions that wait for each other',
  // The exporter may wait for a connection while another drill holds nearly all of them.
  alerts: [{ alert: 'PostgresDeadlocks', after: 50, looksBack: 120 }],
  plant: async () => {
    for (let attempt = 1; ; attempt += 1) {
      const outcomes = await Promise.allSettled([
        runPsql('ended', lockBoth(7001, 7002)),
        runPsql('ended', lockBoth(7002, 7001)),
      ])
      const errors = outcomes.flatMap((one) => (one.status === 'rejected' ? [messageOf(one.reason)] : []))
      if (errors.some((error) => error.includes('deadlock detected'))) return () => Promise.resolve()
      if (attempt === ATTEMPTS)
        throw new Error(`PostgreSQL did not end one of the two for the other: ${errors.join(', ')}`)
      await sleep(10_000)
    }
  },
}

/** More than the api's pool has, and fewer than its front door lets wait. */
const CLIENTS = 40

export const lockedTable: Drill = {
  title: 'a table that a transaction keeps locked, while customers read it',
  alerts: [{ alert: 'PoolExhausted' }, { alert: 'PostgresLongTransaction', after: 30 }],
  plant: async () => {
    const { visitor } = await newCustomer()
    const release = await holdTransaction(
      'drill-lock',
      'lock table security_events in access exclusive mode;',
    )
    let held = true
    const ask = async () => {
      while (held) await visitor.ask('/security-events').catch(() => undefined)
    }
    const clients = Array.from({ length: CLIENTS }, ask)
    return async () => {
      held = false
      await release()
      await Promise.all(clients)
    }
  },
}

export const postgresGone: Drill = {
  title: 'PostgreSQL gone',
  alerts: [{ alert: 'PostgresDown' }, { alert: 'LedgerNotChecked', after: 60 }],
  plant: () => takeAway('statefulset/postgres'),
}
