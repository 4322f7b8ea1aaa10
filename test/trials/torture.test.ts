import { describe, expect, it } from 'vitest'
import { long } from '../support/long.ts'
import { dway, succeeded, trialKubectl } from '../support/trial.ts'

interface Result {
  passed: boolean
  verdict: string
  violations: { kind: string }[]
  figures: { transfers: number; acknowledged: number; kills: Record<string, number> }
}

async function torture(...args: string[]): Promise<Result> {
  const { stdout } = succeeded('torture', await dway('torture', '--yes', '--json', ...args))
  return JSON.parse(stdout) as Result
}

/** What is left of a planted fault in the database. */
async function leftovers(): Promise<string> {
  const question = `select to_regclass('torture.planted') is not null
    or to_regprocedure('transfer_money_kept') is not null
    or not exists (select from pg_constraint where conrelid = 'idempotency_keys'::regclass and contype = 'p')
    or exists (select from pg_trigger where tgenabled <> 'O')
    or current_setting('fsync') <> 'on' or current_setting('synchronous_commit') <> 'on'`
  const psql = [
    'psql',
    '--no-psqlrc',
    '--tuples-only',
    '--no-align',
    '--dbname=dwaybank',
    '--command',
    question,
  ]
  return succeeded('psql', await trialKubectl(['exec', 'postgres-0', '--', ...psql])).stdout.trim()
}

describe('money that moves while the bank is killed', () => {
  it('is neither lost nor doubled', async () => {
    const result = await torture('--transfers', '3000', '--kills', '4', '--seed', '7')
    expect(result).toMatchObject({ passed: true, verdict: 'passed', violations: [] })
    expect(result.figures.kills).toEqual({ proxy: 1, api: 1, postgres: 1, redis: 1 })
  })
})

describe('a planted fault', () => {
  it.runIf(long).for([
    ['lost', 'lost'],
    ['double', 'doubled'],
    ['lock', 'balance'],
    ['fsync', 'lost'],
  ])('%s is found as %s, and taken out again', async ([fault = '', kind]) => {
    const result = await torture('--plant', fault, '--seed', '7')
    expect(result.violations.map((violation) => violation.kind)).toContain(kind)
    expect(await leftovers()).toBe('f')
    succeeded('the books are not whole', await dway('ledger', 'check'))
  })
})
