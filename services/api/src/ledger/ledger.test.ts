import pg from 'pg'
import { expect, it } from 'vitest'
import { postgresLedger } from './ledger.ts'

/** A pool whose every other statement is the victim of a deadlock. */
function deadlocking(): pg.Pool {
  const victim = Object.assign(new pg.DatabaseError('deadlock', 0, 'error'), { code: '40P01' })
  let statements = 0
  const client = {
    on: () => undefined,
    off: () => undefined,
    release: () => undefined,
    query: async () => {
      if (statements++ % 2 === 0) throw victim
      return { rows: [{ outcome: {}, replayed: false }] }
    },
  }
  return { connect: async () => client } as unknown as pg.Pool
}

it('tells of each transfer and reversal that is tried again', async () => {
  let retries = 0
  const ledger = postgresLedger(deadlocking(), () => retries++)
  const idempotencyKey = 'k1'
  await ledger.transfer({
    ...{ customerId: 'c1', idempotencyKey, fromAccountId: 'a1' },
    ...{ toAccountNumber: '0000000195', amount: 100, reference: '' },
  })
  expect(retries).toBe(1)
  await ledger.reverseTransfer({
    ...{ operatorId: 'c1', idempotencyKey, transferId: 't1', reason: 'Mistake' },
    source: { address: '', device: '', requestId: '' },
  })
  expect(retries).toBe(2)
})
