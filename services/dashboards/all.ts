import { api } from './api.ts'
import { bank } from './bank.ts'
import { cluster } from './cluster.ts'
import type { Dashboard } from './description.ts'
import { postgres } from './postgres.ts'
import { proxy } from './proxy.ts'
import { redis } from './redis.ts'
import { slo } from './slo.ts'

/** In the order of how much they say about the bank. */
export const dashboards: readonly Dashboard[] = [bank, api, postgres, redis, proxy, cluster, slo]
