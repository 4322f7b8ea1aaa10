import { describe, expect, it } from 'vitest'
import { loadScript } from '../seed/load-script.ts'
import { makePlan } from '../seed/plan.ts'
import { rowsByTable } from './seed.ts'

describe("a seed's rows", () => {
  it('are found in its script, all of them, each table once', { timeout: 60_000 }, () => {
    const bank = { id: '00000000-0000-4000-8000-000000000001', number: '0000000195', name: 'DwayBank' }
    const plan = makePlan('rows', 6_000, bank)
    const rows = rowsByTable(loadScript(plan, '$argon2id$', false))
    const counts = [...rows].map(([command, lines]) => [
      /^copy (\w+) /.exec(command)?.[1],
      lines.split('\n').length - 1,
    ])
    const { customers, accounts } = plan.people
    expect(counts).toEqual([
      ['customers', customers.length],
      ['accounts', accounts.length - 1],
      ['transfers', 6_000],
      ['entries', 12_000],
    ])
  })
})
