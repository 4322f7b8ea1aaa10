import { seededRandom } from '../seed/random.ts'
import type { Progress } from '../steps.ts'
import { CLIENTS } from './clients.ts'
import { anyPairs, hotPairs, loadTransfers, type Load, type Pairs } from './load.ts'
import { inTurns, median, rounded, type Finding, type Measure, type Run } from './measure.ts'
import { pgbench, transferScript } from './pgbench.ts'

/** Connections of autocannon, and clients of pgbench. */
export const CONNECTIONS = 16
const TURNS = 3
const SECONDS = 15
const WARM_UP_SECONDS = 5

/** Transfers over HTTPS against the same statement by pgbench in the pod of PostgreSQL, in turns. */
async function inTurnsWithPgbench(
  { seed, door, clients }: Run,
  pairs: Pairs,
  progress: Progress,
): Promise<{ loads: Load[]; database: number[] }> {
  const random = seededRandom(`pgbench of ${seed}`)
  const overHttps = async (seconds: number, warmUp = false) => {
    const load = await loadTransfers(door, clients, pairs, { connections: CONNECTIONS, seconds, warmUp })
    progress.happened(
      `HTTPS ${rounded(load.perSecond)}/s, p50 ${rounded(load.p50)} ms, p99 ${rounded(load.p99)} ms`,
    )
    return load
  }
  const inDatabase = async (seconds: number) => {
    const options = { database: 'dwaybank', clients: CONNECTIONS, seconds, seed: random.below(2 ** 31) }
    const perSecond = await pgbench(transferScript, options)
    progress.happened(`pgbench ${rounded(perSecond)}/s`)
    return perSecond
  }
  progress.now('warming up')
  await inTurns(
    1,
    () => overHttps(WARM_UP_SECONDS, true),
    () => inDatabase(WARM_UP_SECONDS),
  )
  progress.now(`${TURNS} turns of ${2 * SECONDS} s`)
  const turns = await inTurns(
    TURNS,
    () => overHttps(SECONDS),
    () => inDatabase(SECONDS),
  )
  return { loads: turns.first, database: turns.second }
}

function against(
  measure: string,
  least: number,
  loads: readonly Load[],
  database: readonly number[],
): Finding {
  const [https, reached] = [median(loads.map(({ perSecond }) => perSecond)), median(database)]
  const ratio = https / reached
  const result = `${rounded(https)}/s, pgbench ${rounded(reached)}/s`
  return { measure, goal: `≥ ${least}`, result, ratio, met: ratio >= least }
}

/** Transfers between any two of the clients. */
export const transfers: Measure = async (run, progress) => {
  const { loads, database } = await inTurnsWithPgbench(run, anyPairs(run.seed, CLIENTS), progress)
  const ratio = median(loads.map(({ p50, p99 }) => p99 / p50))
  const [p50, p99] = [median(loads.map((load) => load.p50)), median(loads.map((load) => load.p99))]
  const result = `p50 ${rounded(p50)} ms, p99 ${rounded(p99)} ms`
  return [
    against('transfers', 0.5, loads, database),
    { measure: 'transfers, p99 to p50', goal: '≤ 8', result, ratio, met: ratio <= 8 },
  ]
}

/** Half of all transfers pay one account or are paid by it; pgbench's are between any two. */
export const hot: Measure = async (run, progress) => {
  const { loads, database } = await inTurnsWithPgbench(run, hotPairs(run.seed, CLIENTS), progress)
  return [against('transfers, half on one account', 0.25, loads, database)]
}
