import { setTimeout as sleep } from 'node:timers/promises'
import { confirm } from '../confirm.ts'
import { cleaningUp } from '../on-exit.ts'
import { findFrontDoor } from '../front-door.ts'
import { selection } from '../overlay.ts'
import { type Profile } from '../profile.ts'
import { requireCluster } from '../running.ts'
import { names } from '../settings.ts'
import { $, must } from '../shell.ts'
import { ensureUp } from '../stack.ts'
import { step, type Progress } from '../steps.ts'
import { usedMemory } from '../status/format.ts'
import { stopTilt } from '../tilt.ts'
import { CLIENTS, closeSessions, ensureAccounts, openSessions } from './clients.ts'
import { anyPairs, loadTransfers, type Load } from './load.ts'
import { inTurns, median, printFindings, rounded, type Finding } from './measure.ts'

/** One after the other: a few at once take all of two cores, and then what watches costs throughput, and not time. */
const CONNECTIONS = 1
const TURNS = 3
const SECONDS = 40
const WARM_UP_SECONDS = 10
/** What was just started works for a while before it does what it always does, and longer before it rests. */
const START_MS = 30_000
const SETTLE_MS = 60_000
const REST_SAMPLES = 20

const MOST_P95 = 1.1
const MOST_CPU = 0.15
const MOST_GIB = 5

/** What docker says of the node now. */
async function nodeNow(): Promise<{ cores: number; bytes: number }> {
  const format = '{{.CPUPerc}} {{.MemUsage}}'
  const { stdout } = await must(
    'the node was not measured',
    $`docker stats --no-stream --format ${format} ${names.node}`,
  )
  const [percent = '', used = ''] = stdout.split('% ')
  return { cores: Number(percent) / 100, bytes: usedMemory(used) ?? NaN }
}

interface Rest {
  /** Of the machine's cores. */
  cores: number
  gib: number
}

/** What the node takes when nobody asks anything of the bank. */
async function rest(progress: Progress): Promise<Rest> {
  progress.now(`${SETTLE_MS / 1000} s until it rests`)
  await sleep(SETTLE_MS)
  const samples = []
  for (let sample = 0; sample < REST_SAMPLES; sample += 1) samples.push(await nodeNow())
  return {
    cores: samples.reduce((sum, { cores }) => sum + cores, 0) / samples.length,
    gib: median(samples.map(({ bytes }) => bytes)) / 2 ** 30,
  }
}

function restFindings(without: Rest, withIt: Rest, cores: number): Finding[] {
  const share = withIt.cores / cores
  return [
    {
      measure: 'processor at rest',
      goal: `≤ ${MOST_CPU}`,
      result: `${rounded(withIt.cores)} of ${cores} cores, ${rounded(without.cores)} without`,
      ratio: share,
      met: share <= MOST_CPU,
    },
    {
      measure: 'memory at rest',
      goal: `≤ ${MOST_GIB} GiB`,
      result: `${rounded(withIt.gib)} GiB, ${rounded(without.gib)} GiB without`,
      ratio: withIt.gib / MOST_GIB,
      met: withIt.gib <= MOST_GIB,
    },
  ]
}

/** Measures what it costs the bank to be watched: the same load in both profiles, in turns, and the full one at rest. */
export async function measureWatching(options: { seed: string; yes: boolean; json: boolean }): Promise<void> {
  await requireCluster()
  await confirm(
    'leaves in the books, which only ./dway seed --reset empties',
    [`${CLIENTS} customers with funded accounts, once`, 'transfers of about five minutes of load'],
    options.yes,
  )
  const before = selection()
  const door = await findFrontDoor()
  const positions = Array.from({ length: CLIENTS }, (_, position) => position)
  await step('make accounts', () => ensureAccounts(positions))
  const clients = await step('write sessions', () => openSessions(positions))

  const unknown: Rest = { cores: NaN, gib: NaN }
  const rests: Record<Profile, Rest> = { core: unknown, full: unknown }
  const load =
    (chosen: Profile) =>
    async (turn: number): Promise<Load> => {
      await ensureUp({ selection: { ...before, profile: chosen } })
      // It reads every line that the services log, through the kubelet and the API server.
      await stopTilt()
      const loaded = await step(`${chosen}: load`, async (progress) => {
        await sleep(START_MS)
        const pairs = anyPairs(options.seed, CLIENTS)
        await loadTransfers(door, clients, pairs, {
          connections: CONNECTIONS,
          seconds: WARM_UP_SECONDS,
          warmUp: true,
        })
        const found = await loadTransfers(door, clients, pairs, {
          connections: CONNECTIONS,
          seconds: SECONDS,
        })
        progress.happened(`p95 ${rounded(found.p95)} ms, ${rounded(found.perSecond)}/s`)
        return found
      })
      if (turn === TURNS - 1) rests[chosen] = await step(`${chosen}: at rest`, rest)
      return loaded
    }

  const findings: Finding[] = []
  await cleaningUp(
    async () => {
      const { first: core, second: full } = await inTurns(TURNS, load('core'), load('full'))
      const [without, withIt] = [core, full].map((loads) => median(loads.map(({ p95 }) => p95)))
      // Turn by turn: what else the machine does changes more than what is measured.
      const ratio = median(full.map(({ p95 }, turn) => p95 / (core[turn]?.p95 ?? NaN)))
      const result = `p95 ${rounded(withIt ?? NaN)} ms, ${rounded(without ?? NaN)} ms without`
      findings.push({
        measure: 'transfers, watched',
        goal: `≤ ${MOST_P95}`,
        result,
        ratio,
        met: ratio <= MOST_P95,
      })
      const cores = Number((await $`nproc`).stdout)
      findings.push(...restFindings(rests.core, rests.full, cores))
    },
    async () => {
      try {
        await closeSessions(clients)
      } finally {
        await ensureUp({ selection: before })
      }
    },
  )
  printFindings(findings, [], options.json)
}
