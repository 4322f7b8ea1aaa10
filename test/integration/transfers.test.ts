import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { sql } from '../support/database.ts'
import {
  type Account,
  bodyOf,
  newCustomer,
  type Newcomer,
  type Preview,
  refusalOf,
  type Transfer,
  type TransferBody,
  type Visitor,
} from '../support/visitor.ts'

const payer = await newCustomer()
const payee = await newCustomer()

const transfer = (wanted: Partial<TransferBody> = {}): TransferBody => ({
  fromAccountId: payer.account.id,
  toAccountNumber: payee.account.number,
  amount: 1250,
  reference: 'Rent',
  ...wanted,
})

async function balance(visitor: Visitor, account: Account): Promise<number> {
  const found = (await visitor.accounts()).find(({ id }) => id === account.id)
  return found?.balance ?? NaN
}

describe('a transfer', () => {
  let before: number
  let done: Transfer

  beforeAll(async () => {
    before = await balance(payer.visitor, payer.account)
    done = bodyOf<{ transfer: Transfer }>(await payer.visitor.transfer(transfer()), 201).transfer
  })

  it('says what was done', () => {
    expect(done).toMatchObject({
      amount: 1250,
      currency: 'EUR',
      reference: 'Rent',
      from: { number: payer.account.number },
      to: { number: payee.account.number },
    })
  })

  it('moves the amount, no more and no less', async () => {
    expect(await balance(payer.visitor, payer.account)).toBe(before - 1250)
    expect(await balance(payee.visitor, payee.account)).toBe(100_000 + 1250)
  })

  it('stands in the history of both sides', async () => {
    const [out] = (await payer.visitor.entries(payer.account.id)).entries
    const [into] = (await payee.visitor.entries(payee.account.id)).entries
    const common = { transferId: done.id, reference: 'Rent' }
    expect(out).toMatchObject({ ...common, amount: -1250, balance: before - 1250 })
    expect(out?.counterparty).toBe(payee.account.number)
    expect(into).toMatchObject({ ...common, amount: 1250, counterparty: payer.account.number })
  })
})

describe('a transfer is refused and moves nothing', () => {
  it.each([
    ['insufficient_funds', 'above the balance', { amount: 99_999_999 }],
    ['same_account', 'to the account that it comes from', { toAccountNumber: payer.account.number }],
    ['unknown_account', 'to an account that does not exist', { toAccountNumber: '9999999952' }],
    ['account_number_invalid', 'to a mistyped number', { toAccountNumber: '9999999953' }],
    ['unknown_account', "from somebody else's account", { fromAccountId: payee.account.id }],
    ['unknown_account', 'from an account that does not exist', { fromAccountId: randomUUID() }],
  ])('%s: %s', async (code, _what, wrong) => {
    const before = await balance(payer.visitor, payer.account)
    expect(refusalOf(await payer.visitor.transfer(transfer(wrong)), 422)).toBe(code)
    expect(await balance(payer.visitor, payer.account)).toBe(before)
  })

  it.each([
    ['nothing', { amount: 0 }],
    ['less than nothing', { amount: -100 }],
    ['a fraction of a cent', { amount: 0.5 }],
  ])('invalid_request: %s', async (_what, wrong) => {
    expect(refusalOf(await payer.visitor.transfer(transfer(wrong)), 400)).toBe('invalid_request')
  })

  it('invalid_request: without an Idempotency-Key', async () => {
    expect(refusalOf(await payer.visitor.post('/transfers', transfer()), 400)).toBe('invalid_request')
  })
})

describe('the same Idempotency-Key', () => {
  it('gives the first answer again, and says so', async () => {
    const key = randomUUID()
    const before = await balance(payer.visitor, payer.account)
    const first = await payer.visitor.transfer(transfer({ amount: 300 }), key)
    const second = await payer.visitor.transfer(transfer({ amount: 300 }), key)
    expect(bodyOf(second, 201)).toEqual(bodyOf(first, 201))
    expect(first.headers['idempotent-replayed']).toBeUndefined()
    expect(second.headers['idempotent-replayed']).toBe('true')
    expect(await balance(payer.visitor, payer.account)).toBe(before - 300)
  })

  it('moves money once, even for five requests at once: who comes too early is told so', async () => {
    const key = randomUUID()
    const before = await balance(payer.visitor, payer.account)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => payer.visitor.transfer(transfer({ amount: 300 }), key)),
    )
    const early = answers.filter(({ status }) => status === 409)
    for (const answer of early) expect(refusalOf(answer, 409)).toBe('idempotency_key_in_progress')
    const done = answers.filter((answer) => !early.includes(answer))
    const ids = done.map((answer) => bodyOf<{ transfer: Transfer }>(answer, 201).transfer.id)
    expect(new Set(ids).size).toBe(1)
    expect(await balance(payer.visitor, payer.account)).toBe(before - 300)
  })

  it('idempotency_key_in_progress: is refused while somebody else is at it, and free afterwards', async () => {
    const key = randomUUID()
    const { customer } = bodyOf<{ customer: { id: string } }>(await payer.visitor.ask('/me'), 200)
    const claim = `select pg_advisory_xact_lock(hashtextextended('${customer.id} ${key}', 0));`
    const held = sql('dwaybank', `${claim}\nselect pg_sleep(10);`)
    const holding = `select pid from pg_stat_activity where query like 'select pg_sleep%' and state = 'active';`
    await expect.poll(async () => (await sql('dwaybank', holding)).rows, { timeout: 10_000 }).not.toEqual([])
    const early = await payer.visitor.transfer(transfer({ amount: 300 }), key)
    expect(refusalOf(early, 409)).toBe('idempotency_key_in_progress')
    await held
    expect((await payer.visitor.transfer(transfer({ amount: 300 }), key)).status).toBe(201)
  })

  it('gives a refusal again, although the transfer would be covered by now', async () => {
    const poor = await payer.visitor.openAccount('Poor')
    const key = randomUUID()
    const wanted = transfer({ fromAccountId: poor.id, amount: 500 })
    expect(refusalOf(await payer.visitor.transfer(wanted, key), 422)).toBe('insufficient_funds')
    await payer.visitor.transfer(transfer({ toAccountNumber: poor.number, amount: 500 }))
    const again = await payer.visitor.transfer(wanted, key)
    expect(refusalOf(again, 422)).toBe('insufficient_funds')
    expect(again.headers['idempotent-replayed']).toBe('true')
    expect((await payer.visitor.transfer(wanted)).status).toBe(201)
  })

  it('is refused for another request', async () => {
    const key = randomUUID()
    await payer.visitor.transfer(transfer(), key)
    const answer = await payer.visitor.transfer(transfer({ amount: 1251 }), key)
    expect(refusalOf(answer, 422)).toBe('idempotency_key_reused')
  })

  it('means nothing to another customer', async () => {
    const key = randomUUID()
    await payer.visitor.transfer(transfer(), key)
    const back = transfer({ fromAccountId: payee.account.id, toAccountNumber: payer.account.number })
    expect((await payee.visitor.transfer(back, key)).status).toBe(201)
  })
})

describe('a preview', () => {
  it('names who would be paid and what would be left, and moves nothing', async () => {
    const before = await balance(payer.visitor, payer.account)
    const { preview } = bodyOf<{ preview: Preview }>(await payer.visitor.preview(transfer()), 200)
    expect(preview).toEqual({
      from: { number: payer.account.number, balanceAfter: before - 1250 },
      to: { number: payee.account.number, name: payee.credentials.name, own: false },
      amount: 1250,
      currency: 'EUR',
      reference: 'Rent',
    })
    expect(await balance(payer.visitor, payer.account)).toBe(before)
  })

  it('knows an own account', async () => {
    const own = await payer.visitor.openAccount('Savings')
    const answer = await payer.visitor.preview(transfer({ toAccountNumber: own.number }))
    expect(bodyOf<{ preview: Preview }>(answer, 200).preview.to.own).toBe(true)
  })
})

describe('a reversal', () => {
  let operator: Newcomer
  let paid: Transfer

  beforeAll(async () => {
    operator = await newCustomer()
    const { email, password } = operator.credentials
    await sql('dwaybank', `update customers set role = 'operator' where email = '${email}';`)
    // A role counts in the sessions that are opened with it.
    bodyOf(await operator.visitor.post('/login', { email, password }), 200)
    paid = bodyOf<{ transfer: Transfer }>(await payer.visitor.transfer(transfer()), 201).transfer
  })

  it('not_allowed: is not for customers', async () => {
    expect(refusalOf(await payer.visitor.reverse(paid.id, 'Mistake'), 403)).toBe('not_allowed')
  })

  it('moves the money back by a new transfer, once for each key', async () => {
    const before = await balance(payer.visitor, payer.account)
    const key = randomUUID()
    const first = await operator.visitor.reverse(paid.id, 'Paid by mistake', key)
    const { transfer: made } = bodyOf<{ transfer: Transfer }>(first, 201)
    expect(made).toMatchObject({
      reverses: paid.id,
      amount: paid.amount,
      from: paid.to,
      to: paid.from,
      reference: 'Paid by mistake',
    })
    const second = await operator.visitor.reverse(paid.id, 'Paid by mistake', key)
    expect(bodyOf(second, 201)).toEqual({ transfer: made })
    expect(second.headers['idempotent-replayed']).toBe('true')
    expect(await balance(payer.visitor, payer.account)).toBe(before + paid.amount)
  })

  it('already_reversed, not_reversible, unknown_transfer: happens once, to what was no reversal', async () => {
    const { transfer: seen } = bodyOf<{ transfer: Transfer }>(
      await payer.visitor.ask(`/transfers/${paid.id}`),
      200,
    )
    expect(refusalOf(await operator.visitor.reverse(paid.id, 'Again'), 422)).toBe('already_reversed')
    const back = seen.reversedBy ?? ''
    expect(refusalOf(await operator.visitor.reverse(back, 'Back'), 422)).toBe('not_reversible')
    expect(refusalOf(await operator.visitor.reverse(randomUUID(), 'Nothing'), 404)).toBe('unknown_transfer')
  })

  it('is seen by both parties and the operator, and by nobody else', async () => {
    const stranger = await newCustomer()
    for (const { visitor } of [payer, payee, operator]) {
      expect((await visitor.ask(`/transfers/${paid.id}`)).status).toBe(200)
    }
    expect(refusalOf(await stranger.visitor.ask(`/transfers/${paid.id}`), 404)).toBe('unknown_transfer')
  })
})

describe('the history', () => {
  it('comes in pages that join without a gap', async () => {
    const whole = (await payer.visitor.entries(payer.account.id, '?limit=100')).entries
    const paged = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = await payer.visitor.entries(payer.account.id, `?limit=3${query}`)
      paged.push(...page.entries)
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(whole.length).toBeGreaterThan(3)
    expect(paged).toEqual(whole)
  })

  it('says after each entry what was left, in line with the balance', async () => {
    const { entries } = await payer.visitor.entries(payer.account.id, '?limit=100')
    expect(entries[0]?.balance).toBe(await balance(payer.visitor, payer.account))
    for (const [index, entry] of entries.entries()) {
      const older = entries[index + 1]
      expect(entry.balance - entry.amount).toBe(older?.balance ?? 0)
    }
  })

  it("is nobody else's business", async () => {
    const answer = await payee.visitor.ask(`/accounts/${payer.account.id}/entries`)
    expect(refusalOf(answer, 404)).toBe('not_found')
  })
})
