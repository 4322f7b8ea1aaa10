import { describe, expect, it } from 'vitest'
import { UserError } from '../errors.ts'
import { readReport } from './pgbench.ts'

const report = (failed: number) => `pgbench (17.10 (Debian 17.10-0+deb13u1))
transaction type: -
query mode: prepared
number of clients: 16
number of transactions actually processed: 4512
number of failed transactions: ${failed} (0.000%)
latency average = 26.601 ms
initial connection time = 12.404 ms
tps = 601.489542 (without initial connection time)
`

describe("pgbench's report", () => {
  it('says how many transactions there were, and how many in a second', () => {
    expect(readReport(report(0))).toEqual({ perSecond: 601.489542, transactions: 4512 })
  })

  it('is no measurement where transactions failed or nothing was done', () => {
    expect(() => readReport(report(1))).toThrow(UserError)
    expect(() => readReport('pgbench: error: connection to server failed')).toThrow(UserError)
  })
})
