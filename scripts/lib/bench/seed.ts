import { BANK_ACCOUNT_ID } from '../../../services/api/src/ledger/bank.ts'
import { withCheckDigits } from '../../../services/api/src/ledger/account-number.ts'
import { streamPsql } from '../database.ts'
import { load, pieces } from '../seed/load.ts'
import { loadScript } from '../seed/load-script.ts'
import { makePlan, sizes, type Plan } from '../seed/plan.ts'
import { unknownPasswordHash } from './clients.ts'
import { inTurns, median, rounded, type Measure } from './measure.ts'
import { withScratch } from './scratch.ts'

const TURNS = 3
const LEAST = 0.7

const bank = { id: BANK_ACCOUNT_ID, number: withCheckDigits('00000001'), name: 'DwayBank' }

const triggers = (change: 'enable' | 'disable') =>
  ['accounts', 'transfers', 'entries']
    .map((table) => `alter table ${table} ${change} trigger user;\n`)
    .join('')

/** The rows of a seed as they go into each table: COPY's command, and all its lines in one text. */
export function rowsByTable(script: Iterable<string>): Map<string, string> {
  const rows = new Map<string, string>()
  let command: string | undefined
  for (const piece of script) {
    for (const line of piece.split(/(?<=\n)/)) {
      if (command !== undefined && line !== '\\.\n') rows.set(command, (rows.get(command) ?? '') + line)
      else command = line.startsWith('copy ') ? line : undefined
    }
  }
  return rows
}

/** Plain COPY of rows that are ready, one a table, in one transaction; foreign keys are checked as in a seed. */
function* plainScript(rows: ReadonlyMap<string, string>): Generator<string, void> {
  yield `begin;\nset role dwaybank_owner;\n${triggers('disable')}`
  for (const [command, lines] of rows) {
    yield command
    yield* pieces(lines.match(/[^]{1,65536}/g) ?? [])
    yield '\\.\n'
  }
  yield `${triggers('enable')}commit;\n`
}

/** The seed, planned, loaded and checked, against plain COPY of the same rows through the same pipe. */
export const seed: Measure = async ({ seed: word }, progress) => {
  const databases = { seeded: 'bench_seeded', copied: 'bench_copied' } as const
  return withScratch(Object.values(databases), async (scratch) => {
    progress.now('making the rows')
    const passwordHash = unknownPasswordHash()
    const makeSeedPlan = (): Plan => makePlan(word, sizes.medium, bank)
    const rows = rowsByTable(loadScript(makeSeedPlan(), passwordHash, false))
    const count = [...rows.values()].reduce((sum, lines) => sum + lines.split('\n').length - 1, 0)
    const rate = async (name: string, database: string, work: () => Promise<void>) => {
      await scratch.create(database)
      const started = performance.now()
      await work()
      const perSecond = count / ((performance.now() - started) / 1000)
      progress.happened(`${name} ${rounded(perSecond)} rows/s`)
      return perSecond
    }
    progress.now(`${TURNS} turns with ${rounded(count)} rows`)
    const { first, second } = await inTurns(
      TURNS,
      () =>
        rate('seed', databases.seeded, () =>
          load(makeSeedPlan(), passwordHash, false, () => undefined, databases.seeded),
        ),
      () =>
        rate('copy', databases.copied, () =>
          streamPsql(
            'the rows were not copied',
            async function* () {
              yield* plainScript(rows)
            },
            databases.copied,
          ),
        ),
    )
    const ratio = median(first) / median(second)
    const result = `${rounded(median(first))} rows/s, COPY ${rounded(median(second))} rows/s`
    return [{ measure: 'seed', goal: `≥ ${LEAST}`, result, ratio, met: ratio >= LEAST }]
  })
}
