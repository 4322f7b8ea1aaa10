import { archiveAll } from '../backup/archive.ts'
import { inPostgresPod, runPsql } from '../database.ts'
import { cleaningUp } from '../on-exit.ts'
import { seededRandom } from '../seed/random.ts'
import { kubectlBank, must } from '../shell.ts'
import type { Progress } from '../steps.ts'
import { inTurns, median, rounded, type Finding } from './measure.ts'
import { pgbench, transferScript } from './pgbench.ts'
import { CONNECTIONS } from './transfers.ts'

const TURNS = 6
const SECONDS = 20
const LEAST = 0.95

/** Stops PostgreSQL's archiver with SIGSTOP, or has it go on with SIGCONT. */
async function signal(name: 'STOP' | 'CONT'): Promise<void> {
  const query = "select pid from pg_stat_activity where backend_type = 'archiver';\n"
  const pid = await runPsql('PostgreSQL has no archiver', query)
  const kill = kubectlBank([...inPostgresPod, 'bash', '-c', `kill -${name} "$1"`, 'bash', pid])
  await must(`the archiver did not take SIG${name}`, kill)
}

/** Transfers by pgbench with the archiver at work, against the same while it is stopped, in turns. */
export async function measureArchiving(seed: string, progress: Progress): Promise<Finding> {
  const random = seededRandom(`pgbench beside the archive, ${seed}`)
  const load = async (seconds: number) => {
    const options = { database: 'dwaybank', clients: CONNECTIONS, seconds, seed: random.below(2 ** 31) }
    return pgbench(transferScript, options)
  }
  const archived = async () => {
    await archiveAll()
    const perSecond = await load(SECONDS)
    progress.happened(`archiving ${rounded(perSecond)}/s`)
    return perSecond
  }
  const kept = () =>
    cleaningUp(
      async () => {
        await archiveAll()
        await signal('STOP')
        const perSecond = await load(SECONDS)
        progress.happened(`not archiving ${rounded(perSecond)}/s`)
        return perSecond
      },
      () => signal('CONT'),
    )
  await load(SECONDS / 2)
  const { first, second } = await inTurns(TURNS, archived, kept)
  // Turn by turn: what else the machine does changes more than what is measured.
  const ratio = median(first.map((perSecond, turn) => perSecond / (second[turn] ?? NaN)))
  const result = `${rounded(median(first))}/s, ${rounded(median(second))}/s without`
  return { measure: 'transfers, archived', goal: `≥ ${LEAST}`, result, ratio, met: ratio >= LEAST }
}
