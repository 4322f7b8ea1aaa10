import * as acme from './acme.ts'
import * as api from './api.ts'
import * as backup from './backup.ts'
import * as budgets from './budgets.ts'
import * as cluster from './cluster.ts'
import type { Drill } from './drill.ts'
import * as ledger from './ledger.ts'
import * as monitoring from './monitoring.ts'
import * as node from './node.ts'
import * as postgres from './postgres.ts'
import * as proxy from './proxy.ts'
import * as redis from './redis.ts'
import { oldStoreCertificates } from './store-certificates.ts'

/** Drills that run at once: none disturbs what another of its group waits for. */
export const drills = {
  causes: [
    acme.directoryGone,
    api.blockedEventLoop,
    backup.oldBackups,
    backup.smallBackup,
    backup.storeGone,
    cluster.unmetWishes,
    monitoring.fullLogStore,
    monitoring.manySeries,
    monitoring.noMailbox,
    monitoring.smallPrometheus,
    node.fullDisk,
    node.hungryContainer,
    node.machineInNeed,
    postgres.deadlock,
    postgres.lockedTable,
    postgres.manyConnections,
    proxy.oldCertificate,
    redis.fullDisk,
    redis.memoryNearLimit,
    oldStoreCertificates,
  ],
  books: [ledger.missingCent],
  budgets: [budgets.burst],
  outages: [api.apiGone, monitoring.watchersGone, postgres.postgresGone, proxy.proxyGone, redis.redisGone],
} satisfies Record<string, readonly Drill[]>
