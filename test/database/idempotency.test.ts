import { createHash, randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import type { TransferAnswer } from '../../services/api/src/ledger/transfers.ts'
import { type LedgerDatabase, openLedger, SOURCE, transferStatement } from '../support/ledger-database.ts'
import { previousTransfer, transferAsBefore } from '../support/previous-api.ts'

const books: LedgerDatabase = await openLedger()
afterAll(() => books.close())

const ann = await books.party({ balance: 100_000 })
const bob = await books.party({ balance: 100_000 })
const operator = await books.party({ role: 'operator' })

const refusalOf = ({ outcome }: TransferAnswer) => ('refusal' in outcome ? outcome.refusal.code : 'none')
const hash = (text: string) => createHash('sha256').update(text).digest()

const keys = async (like: string) =>
  (
    await books.ask('dwaybank', 'select key from idempotency_keys where key like $1 order by key', [like])
  ).map(({ key }) => key)
const age = (key: string, hours: number) =>
  books.ask(
    'dwaybank',
    'update idempotency_keys set created_at = now() - make_interval(hours => $2) where key = $1',
    [key, hours],
  )

describe('the same key', () => {
  it('gives the first answer again and moves nothing', async () => {
    const key = randomUUID()
    const first = await books.transfer({ from: ann, to: bob, key })
    const left = await books.balance(ann)
    expect(first.replayed).toBe(false)
    expect(await books.transfer({ from: ann, to: bob, key })).toEqual({ ...first, replayed: true })
    expect(await books.balance(ann)).toBe(left)
  })

  it('gives a refusal again, although the transfer would be covered by now', async () => {
    const poor = await books.party()
    const key = randomUUID()
    const first = await books.transfer({ from: poor, to: bob, key })
    expect(refusalOf(first)).toBe('insufficient_funds')
    await books.fund(poor, 1000)
    expect(await books.transfer({ from: poor, to: bob, key })).toEqual({ ...first, replayed: true })
    expect(refusalOf(await books.transfer({ from: poor, to: bob }))).toBe('none')
  })

  it('idempotency_key_reused: is refused with another body, and the first answer stays', async () => {
    const key = randomUUID()
    const first = await books.transfer({ from: ann, to: bob, key })
    const other = await books.transfer({ from: ann, to: bob, amount: 101, key })
    expect(refusalOf(other)).toBe('idempotency_key_reused')
    expect(other.replayed).toBe(false)
    expect(await books.transfer({ from: ann, to: bob, key })).toEqual({ ...first, replayed: true })
  })

  it('idempotency_key_reused: is refused for another operation', async () => {
    const key = randomUUID()
    await books.fund(operator, 100)
    const request = { customerId: operator.id, idempotencyKey: key, amount: 1, reference: '' }
    await books.api.transfer({
      ...request,
      fromAccountId: operator.account.id,
      toAccountNumber: bob.account.number,
    })
    const { outcome } = await books.transfer({ from: ann, to: bob })
    const transferId = 'transfer' in outcome ? outcome.transfer.id : ''
    const reversal = {
      ...{ operatorId: operator.id, idempotencyKey: key, transferId, reason: 'Mistake' },
      source: SOURCE,
    }
    expect(refusalOf(await books.api.reverseTransfer(reversal))).toBe('idempotency_key_reused')
    const other = { ...reversal, idempotencyKey: randomUUID() }
    const first = await books.api.reverseTransfer(other)
    expect(refusalOf(first)).toBe('none')
    expect(await books.api.reverseTransfer(other)).toEqual({ ...first, replayed: true })
  })

  it('means nothing to another customer', async () => {
    const key = randomUUID()
    await books.transfer({ from: ann, to: bob, key })
    expect((await books.transfer({ from: bob, to: ann, key })).replayed).toBe(false)
  })

  it('idempotency_key_in_progress: is refused at once while the first request is under way', async () => {
    const key = randomUUID()
    const under = await books.pool('dwaybank_api').connect()
    try {
      await under.query('begin')
      await under.query(transferStatement({ from: ann, to: bob, key }))
      const second = await books.transfer({ from: ann, to: bob, key })
      expect(refusalOf(second)).toBe('idempotency_key_in_progress')
      expect(second.replayed).toBe(false)
      await under.query('commit')
    } finally {
      under.release()
    }
    expect(await books.transfer({ from: ann, to: bob, key })).toMatchObject({ replayed: true })
  })

  it('is free again after a request that came to nothing', async () => {
    const key = randomUUID()
    const lost = await books.pool('dwaybank_api').connect()
    await lost.query('begin')
    await lost.query(transferStatement({ from: ann, to: bob, key }))
    lost.release(true)
    await expect
      .poll(async () => refusalOf(await books.transfer({ from: ann, to: bob, key })), { timeout: 10_000 })
      .toBe('none')
    expect(await keys(key)).toEqual([key])
  })

  it('moves money once, whatever happens to ten requests at once', async () => {
    const key = randomUUID()
    const left = await books.balance(ann)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => books.transfer({ from: ann, to: bob, amount: 7, key })),
    )
    expect(answers.filter(({ outcome, replayed }) => 'transfer' in outcome && !replayed)).toHaveLength(1)
    const others = answers.filter(({ outcome, replayed }) => 'refusal' in outcome || replayed)
    for (const other of others) {
      if (!other.replayed) expect(refusalOf(other)).toBe('idempotency_key_in_progress')
    }
    expect(await books.balance(ann)).toBe(left - 7)
  })
})

describe('after 24 hours', () => {
  it('a key counts as new, also with another body', async () => {
    const key = randomUUID()
    await books.transfer({ from: ann, to: bob, key })
    await age(key, 23)
    expect((await books.transfer({ from: ann, to: bob, key })).replayed).toBe(true)
    await age(key, 25)
    const again = await books.transfer({ from: ann, to: bob, amount: 55, key })
    expect(refusalOf(again)).toBe('none')
    expect(await books.transfer({ from: ann, to: bob, amount: 55, key })).toEqual({
      ...again,
      replayed: true,
    })
    expect(await keys(key)).toEqual([key])
  })

  it('keys are removed, two by every new one', async () => {
    const old = Array.from({ length: 5 }, (_, index) => `old ${index}`)
    for (const key of [...old, 'young']) await books.transfer({ from: ann, to: bob, amount: 1, key })
    for (const [index, key] of old.entries()) await age(key, 30 - index)
    await age('young', 23)
    await books.transfer({ from: ann, to: bob, amount: 1 })
    expect(await keys('old %')).toEqual(old.slice(2))
    await books.transfer({ from: ann, to: bob, amount: 1 })
    await books.transfer({ from: ann, to: bob, amount: 1 })
    expect(await keys('old %')).toEqual([])
    expect(await keys('young')).toEqual(['young'])
  })
})

describe('the previous release', () => {
  it('moves money on this schema with its own statements', async () => {
    const client = await books.pool('dwaybank_api').connect()
    const left = await books.balance(ann)
    try {
      await transferAsBefore(client, { from: ann, to: bob, amount: 30, key: 'before', hash: hash('before') })
    } finally {
      client.release()
    }
    expect(await books.balance(ann)).toBe(left - 30)
  })

  it("and this one know each other's keys", async () => {
    const request = { from: ann, to: bob, amount: 30, hash: hash('same') }
    const client = await books.pool('dwaybank_api').connect()
    try {
      await transferAsBefore(client, { ...request, key: 'theirs' })
      expect((await books.transfer({ ...request, key: 'theirs' })).replayed).toBe(true)
      await books.transfer({ ...request, key: 'ours' })
      const claimed = await client.query(previousTransfer.claim, [ann.id, 'ours', request.hash])
      expect(claimed.rowCount).toBe(0)
      const { rows } = await client.query<{ outcome: object }>(previousTransfer.recall, [ann.id, 'ours'])
      expect(rows[0]?.outcome).toHaveProperty('transfer.id')
    } finally {
      client.release()
    }
  })
})
