import { Gauge, type Registry } from '@prometheus-io/client'
import type { Reading } from './reading.ts'

/** The sums of all balances by currency, and when they were read. */
export interface LedgerSums {
  sums: ReadonlyMap<string, number>
  unixSeconds: number
}

/** Makes the gauges of the ledger's balance, and returns what brings them up to date. */
export function ledgerGauges(register: Registry, read: Reading<LedgerSums>): () => Promise<void> {
  const registers = [register]
  const imbalance = new Gauge({
    name: 'dwaybank_ledger_imbalance_minor_units',
    help: 'Sum of all balances by currency, which must be zero; absent while PostgreSQL does not answer.',
    labelNames: ['currency'],
    registers,
  })
  const checked = new Gauge({
    name: 'dwaybank_ledger_check_timestamp_seconds',
    help: 'When this process last read the sum of all balances, in Unix time; absent before the first time.',
    registers,
  })
  checked.remove()
  return async () => {
    const reading = await read()
    imbalance.reset()
    if (!reading) return
    for (const [currency, sum] of reading.sums) imbalance.set({ currency }, sum)
    checked.set(reading.unixSeconds)
  }
}
