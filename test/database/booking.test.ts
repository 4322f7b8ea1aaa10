import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BANK_ACCOUNT_ID } from '../../services/api/src/ledger/bank.ts'
import type { TransferAnswer } from '../../services/api/src/ledger/transfers.ts'
import {
  expectedHashes,
  type LedgerDatabase,
  openLedger,
  type Party,
  SOURCE,
} from '../support/ledger-database.ts'

const books: LedgerDatabase = await openLedger()
afterAll(() => books.close())

const ann = await books.party({ balance: 100_000 })
const bob = await books.party({ balance: 100_000 })
const eve = await books.party({ balance: 100_000 })
const operator = await books.party({ role: 'operator' })

const roles = ['dwaybank_api', 'dwaybank_owner'] as const
const checkViolation = '23514'
const uniqueViolation = '23505'
const restrictViolation = '23001'
const insufficientPrivilege = '42501'

const posting = ({ account }: Party, amount: number, after: number) => ({
  account: account.id,
  amount,
  after,
})

/** A transfer of 100 from Ann to Bob with the given postings. */
function journal(postings: ReturnType<typeof posting>[], id: string = randomUUID()): string[] {
  return [
    `insert into transfers (id, from_account_id, to_account_id, amount, currency, reference)
     values ('${id}', '${ann.account.id}', '${bob.account.id}', 100, 'EUR', 'by hand')`,
    ...postings.map((one) => entry(id, one)),
  ]
}

const entry = (transfer: string, { account, amount, after }: ReturnType<typeof posting>) =>
  `insert into entries (transfer_id, account_id, currency, amount, balance_after)
   values ('${transfer}', '${account}', 'EUR', ${amount}, ${after})`

const setBalance = ({ account }: Party, to: number) =>
  `update accounts set balance = ${to} where id = '${account.id}'`

const whole = () => [
  ...journal([posting(ann, -100, 99_900), posting(bob, 100, 100_100)]),
  setBalance(ann, 99_900),
  setBalance(bob, 100_100),
]

const refusalOf = ({ outcome }: TransferAnswer) => ('refusal' in outcome ? outcome.refusal.code : 'none')
const transferOf = ({ outcome }: TransferAnswer) => {
  if ('refusal' in outcome) throw new Error(outcome.refusal.message)
  return outcome.transfer
}

describe.each(roles)('the database refuses %s', (role) => {
  it.each([
    [
      'entries_sum_to_zero',
      'postings that do not sum to zero',
      [
        ...journal([posting(ann, -100, 99_900), posting(bob, 101, 100_101)]),
        setBalance(ann, 99_900),
        setBalance(bob, 100_101),
      ],
    ],
    ['transfers_have_postings', 'a transfer without postings', journal([])],
    [
      'transfers_have_postings',
      'a transfer with one posting',
      [...journal([posting(ann, -100, 99_900)]), setBalance(ann, 99_900)],
    ],
    [
      'entries_as_agreed',
      'postings of another amount than agreed',
      [
        ...journal([posting(ann, -99, 99_901), posting(bob, 99, 100_099)]),
        setBalance(ann, 99_901),
        setBalance(bob, 100_099),
      ],
    ],
    [
      'entries_as_agreed',
      'a posting of an account that has no part in the transfer',
      [
        ...journal([posting(ann, -100, 99_900), posting(eve, 100, 100_100)]),
        setBalance(ann, 99_900),
        setBalance(eve, 100_100),
      ],
    ],
    [
      'accounts_balance_posted',
      'postings that leave the balances as they were',
      journal([posting(ann, -100, 99_900), posting(bob, 100, 100_100)]),
    ],
    [
      'entries_balance_continues',
      'a posting that skips some money',
      [
        ...journal([posting(ann, -100, 90_000), posting(bob, 100, 100_100)]),
        setBalance(ann, 90_000),
        setBalance(bob, 100_100),
      ],
    ],
    ['accounts_balance_posted', 'a balance that no posting explains', [setBalance(ann, 1_000_000)]],
    ['accounts_balance_covered', 'a negative balance', [setBalance(ann, -1)]],
  ])('%s: %s', async (constraint, _what, statements) => {
    expect(await books.attempt(role, ...statements)).toEqual({ code: checkViolation, constraint })
  })

  it('postings that are added to a booked transfer', async () => {
    const { id } = transferOf(await books.transfer({ from: ann, to: bob, amount: 1 }))
    const [annHas, bobHas] = await Promise.all([books.balance(ann), books.balance(bob)])
    const added = [
      entry(id, posting(ann, -5, annHas - 5)),
      entry(id, posting(bob, 5, bobHas + 5)),
      setBalance(ann, annHas - 5),
      setBalance(bob, bobHas + 5),
    ]
    expect((await books.attempt(role, ...added)).constraint).toBe('entries_as_agreed')
    await books.transfer({ from: bob, to: ann, amount: 1 })
  })

  it('nothing of a transfer that is whole', async () => {
    expect(await books.attempt(role, ...whole())).toEqual({})
    await books.transfer({ from: bob, to: ann, amount: 100 })
  })
})

describe('what is booked', () => {
  const changes = [
    'update entries set amount = amount + 1',
    'delete from entries',
    'truncate entries',
    'update transfers set amount = amount + 1',
    'delete from transfers',
    'truncate transfers cascade',
    'truncate accounts cascade',
  ]

  it.each(changes)('the api may not change: %s', async (statement) => {
    expect((await books.attempt('dwaybank_api', statement)).code).toBe(insufficientPrivilege)
  })

  it.each(changes)('neither the owner nor a superuser changes by mistake: %s', async (statement) => {
    expect((await books.attempt('dwaybank_owner', statement)).code).toBe(restrictViolation)
    expect((await books.attempt('dwaybank', statement)).code).toBe(restrictViolation)
  })
})

describe("the api's role may not", () => {
  const key = `'${ann.id}', 'k', sha256('x')`
  it.each([
    ['number entries', 'insert into entries (sequence) values (1)'],
    ['seal entries', "insert into entries (hash) values ('')"],
    ['date entries', 'insert into entries (created_at) values (now())'],
    ['date transfers', 'insert into transfers (created_at) values (now())'],
    ['open an overdraft', 'insert into accounts (allows_overdraft) values (true)'],
    ['allow an overdraft', 'update accounts set allows_overdraft = true'],
    ['open an account with money', 'insert into accounts (balance) values (1)'],
    ['switch the rules off', 'alter table entries disable trigger all'],
    ['delete keys', 'delete from idempotency_keys'],
    ['make keys live longer', 'update idempotency_keys set created_at = now()'],
    [
      'make old keys',
      `insert into idempotency_keys (customer_id, key, request_hash, created_at) values (${key}, now())`,
    ],
  ])('%s', async (_what, statement) => {
    expect((await books.attempt('dwaybank_api', statement)).code).toBe(insufficientPrivilege)
  })
})

describe('the chain of an account', () => {
  /** An entry that brings its own place and hash. */
  const forged = (transfer: string, { account, amount, after }: ReturnType<typeof posting>, gap = 0) => {
    const facts = `'${transfer}', '${account}', 'EUR', ${amount}, ${after}`
    const right = `entry_hash(last.hash, next.id, last.sequence + 1 + ${gap}, ${facts}, now())`
    return `insert into entries (id, transfer_id, account_id, currency, amount, balance_after, sequence, hash)
      select next.id, ${facts}, last.sequence + 1 + ${gap}, ${right}
      from (select nextval(pg_get_serial_sequence('entries', 'id')) as id) next,
        (select sequence, hash from entries where account_id = '${account}' order by sequence desc limit 1) last`
  }

  it('numbers the entries and seals them with the hash of everything before', async () => {
    for (let index = 0; index < 5; index++) await books.transfer({ from: ann, to: bob, amount: 1 + index })
    await books.transfer({ from: bob, to: ann, amount: 15 })
    for (const { account } of [ann, bob]) {
      const entries = await books.entries(account.id)
      expect(entries.length).toBeGreaterThan(6)
      expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1))
      expect(entries.map(({ hash }) => hash)).toEqual(expectedHashes(entries))
    }
  })

  it.each([
    ['nothing', 'a right one', 0],
    ['entries_sequence_continues', 'a gap', 1],
  ])('refuses %s: %s, by the owner without the trigger', async (constraint, _what, gap) => {
    const [annHas, bobHas] = await Promise.all([books.balance(ann), books.balance(bob)])
    const id = randomUUID()
    const refused = await books.attempt(
      'dwaybank_owner',
      'alter table entries disable trigger entries_continue_chain',
      ...journal([], id),
      forged(id, posting(ann, -100, annHas - 100), gap),
      forged(id, posting(bob, 100, bobHas + 100)),
      setBalance(ann, annHas - 100),
      setBalance(bob, bobHas + 100),
      'set constraints all immediate',
      'alter table entries enable trigger entries_continue_chain',
    )
    expect(refused.constraint ?? 'nothing').toBe(constraint)
  })

  it('has no place for two entries that were booked without the lock', async () => {
    const [one, other] = await Promise.all([
      books.pool('dwaybank_api').connect(),
      books.pool('dwaybank_api').connect(),
    ])
    const [annHas, bobHas] = await Promise.all([books.balance(ann), books.balance(bob)])
    const id = randomUUID()
    try {
      await one.query('begin')
      await other.query('begin')
      await one.query(journal([], id)[0] as string)
      await one.query(entry(id, posting(bob, 100, bobHas + 100)))
      const second = randomUUID()
      await other.query(journal([], second)[0] as string)
      const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
      const waiting = other.query(entry(second, posting(bob, 100, bobHas + 100)))
      waiting.catch(() => undefined)
      const ungranted = 'select from pg_locks where pid = $1 and not granted'
      const isWaiting = async () => (await one.query(ungranted, [rows[0]?.pid])).rowCount
      await expect.poll(isWaiting, { timeout: 10_000 }).toBe(1)
      await Promise.all([
        expect(waiting).rejects.toMatchObject({
          code: uniqueViolation,
          constraint: 'entries_sequence_unique',
        }),
        (async () => {
          await one.query(entry(id, posting(ann, -100, annHas - 100)))
          await one.query(setBalance(ann, annHas - 100))
          await one.query(setBalance(bob, bobHas + 100))
          await one.query('commit')
        })(),
      ])
    } finally {
      await other.query('rollback')
      one.release()
      other.release()
    }
  })
})

describe('a transfer is decided', () => {
  it.each([
    ['unknown_account', "from somebody else's account", { from: { ...ann, account: bob.account }, to: eve }],
    [
      'unknown_account',
      'to a number that nobody has',
      { from: ann, to: { account: { id: '', number: '9999999952' } } },
    ],
    ['same_account', 'to the account that it comes from', { from: ann, to: ann }],
    ['insufficient_funds', 'above the balance', { from: ann, to: bob, amount: 1_000_000 }],
  ])('%s: %s, and the preview says the same', async (code, _what, wanted) => {
    expect(refusalOf(await books.transfer(wanted))).toBe(code)
    const { from, to, amount = 100 } = wanted as { from: Party; to: Party; amount?: number }
    const previewed = await books.ask(
      'dwaybank_api',
      'select preview_transfer($1, $2, $3, $4, $5) as outcome',
      [from.id, from.account.id, to.account.number, amount, ''],
    )
    expect(previewed[0]?.['outcome']).toMatchObject({ refusal: { code } })
  })

  it('currency_mismatch: to an account in another currency', async () => {
    const swiss = await books.party()
    await books.ask('dwaybank_owner', "update accounts set currency = 'CHF' where id = $1", [
      swiss.account.id,
    ])
    expect(refusalOf(await books.transfer({ from: ann, to: swiss }))).toBe('currency_mismatch')
  })

  it('balance_limit: beyond what a JavaScript number holds', async () => {
    // On books of their own: afterwards the bank's own account can't pay anybody.
    const full = await openLedger()
    try {
      const rich = await full.party()
      const poor = await full.party()
      await full.fund(rich, Number.MAX_SAFE_INTEGER)
      await full.transfer({ from: rich, to: poor, amount: 5 })
      await full.transfer({ from: poor, to: rich, amount: 5 })
      await full.ask('dwaybank_owner', 'update accounts set allows_overdraft = true where id = $1', [
        poor.account.id,
      ])
      expect(refusalOf(await full.transfer({ from: poor, to: rich, amount: 1 }))).toBe('balance_limit')
      expect(refusalOf(await full.transfer({ from: rich, to: poor, amount: 1 }))).toBe('none')
    } finally {
      await full.close()
    }
  })

  it('with a preview that names who would be paid', async () => {
    const before = await books.balance(ann)
    const preview = await books.api.previewTransfer({
      customerId: ann.id,
      fromAccountId: ann.account.id,
      toAccountNumber: bob.account.number,
      amount: 250,
      reference: 'Rent',
    })
    expect(preview).toEqual({
      from: { number: ann.account.number, balanceAfter: before - 250 },
      to: { number: bob.account.number, name: 'Tess Tester', own: false },
      amount: 250,
      currency: 'EUR',
      reference: 'Rent',
    })
    expect(await books.balance(ann)).toBe(before)
  })

  it.each([0, -1, null])(
    'only of an amount above zero, not %s, and an error leaves no key',
    async (amount) => {
      const key = randomUUID()
      const values = [ann.id, key, Buffer.alloc(32), ann.account.id, bob.account.number, amount, '']
      const asked = books.ask('dwaybank_api', 'select transfer_money($1, $2, $3, $4, $5, $6, $7)', values)
      await expect(asked).rejects.toMatchObject({
        code: checkViolation,
        constraint: 'transfers_amount_check',
      })
      expect(await books.ask('dwaybank', 'select from idempotency_keys where key = $1', [key])).toEqual([])
    },
  )
})

describe('at the same time', () => {
  it('a balance is spent only once', async () => {
    const payer = await books.party({ balance: 1000 })
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => books.transfer({ from: payer, to: bob, amount: 1000 })),
    )
    expect(answers.map(refusalOf).sort()).toEqual([...Array<string>(15).fill('insufficient_funds'), 'none'])
    expect(await books.balance(payer)).toBe(0)
  })

  it('transfers in both directions and in rings neither deadlock nor lose a cent', async () => {
    const parties = await Promise.all([0, 1, 2].map(() => books.party({ balance: 1000 })))
    const sent = Array.from({ length: 300 }, (_, index) => {
      const from = parties[index % 3] as Party
      const to = parties[(index + 1 + (index % 2)) % 3] as Party
      return books.transfer({ from, to, amount: 1 + (index % 400) })
    })
    const codes = new Set((await Promise.all(sent)).map(refusalOf))
    expect([...codes].filter((code) => code !== 'none' && code !== 'insufficient_funds')).toEqual([])
    expect(codes).toContain('none')
    const balances = await Promise.all(parties.map((party) => books.balance(party)))
    expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(3000)
    const entries = await books.entries((parties[0] as Party).account.id)
    expect(entries.map(({ hash }) => hash)).toEqual(expectedHashes(entries))
  })

  it('a hot account leaves connections to all others', async () => {
    const hot = await books.party()
    const ledger = books.api
    const pay = (from: Party, to: Party) =>
      ledger.transfer({
        customerId: from.id,
        idempotencyKey: randomUUID(),
        fromAccountId: from.account.id,
        toAccountNumber: to.account.number,
        amount: 1,
        reference: '',
      })
    const payers = await Promise.all(Array.from({ length: 40 }, () => books.party({ balance: 10 })))
    const holder = await books.pool('dwaybank_owner').connect()
    let waiting: Promise<TransferAnswer[]>
    try {
      await holder.query('begin')
      await holder.query('select from accounts where id = $1 for update', [hot.account.id])
      waiting = Promise.all(payers.map((payer) => pay(payer, hot)))
      const meanwhile = await Promise.all(Array.from({ length: 20 }, () => pay(ann, bob)))
      expect(meanwhile.map(refusalOf)).toEqual(Array(20).fill('none'))
      await holder.query('commit')
    } finally {
      holder.release()
    }
    expect((await waiting).map(refusalOf)).toEqual(Array(40).fill('none'))
    expect(await books.balance(hot)).toBe(40)
  })

  it('somebody who opens many accounts at once leaves connections to all others', async () => {
    const { id } = await books.party()
    const holder = await books.pool('dwaybank_owner').connect()
    let opened: Promise<PromiseSettledResult<unknown>[]>
    try {
      await holder.query('begin')
      await holder.query("select pg_advisory_xact_lock(hashtextextended('accounts of ' || $1, 0))", [id])
      opened = Promise.allSettled(Array.from({ length: 25 }, () => books.api.openAccount(id, 'One more')))
      expect(await books.api.listAccounts(ann.id)).not.toEqual([])
      await holder.query('commit')
    } finally {
      holder.release()
    }
    const statuses = (await opened).map(({ status }) => status)
    expect(statuses.filter((status) => status === 'fulfilled')).toHaveLength(19)
    expect(await books.api.listAccounts(id)).toHaveLength(20)
  })
})

describe('a reversal', () => {
  let original: string
  const reverse = async (id: string, key: string = randomUUID()): Promise<TransferAnswer> => {
    const text = 'select outcome, replayed from reverse_transfer($1, $2, $3, $4, $5)'
    const values = [operator.id, key, Buffer.alloc(32), id, 'Paid by mistake']
    return (await books.ask('dwaybank_api', text, values))[0] as unknown as TransferAnswer
  }
  const raw = (from: Party, to: Party, amount: number, reverses: string) => {
    const id = randomUUID()
    return [
      `insert into transfers (id, from_account_id, to_account_id, amount, currency, reference, reverses)
       values ('${id}', '${from.account.id}', '${to.account.id}', ${amount}, 'EUR', '', '${reverses}')`,
    ]
  }

  beforeAll(async () => {
    original = transferOf(await books.transfer({ from: ann, to: bob, amount: 70 })).id
  })

  it.each(roles)('is of the whole amount, the other way round, whoever writes it: %s', async (role) => {
    const refused = { code: checkViolation, constraint: 'transfers_reverse_whole' }
    expect(await books.attempt(role, ...raw(bob, ann, 69, original))).toEqual(refused)
    expect(await books.attempt(role, ...raw(ann, bob, 70, original))).toEqual(refused)
    expect(await books.attempt(role, ...raw(eve, ann, 70, original))).toEqual(refused)
    expect(await books.attempt(role, ...raw(bob, ann, 70, randomUUID()))).toEqual(refused)
  })

  it('is refused to who is no operator', async () => {
    const text = 'select reverse_transfer($1, $2, $3, $4, $5)'
    const asked = books.ask('dwaybank_api', text, [ann.id, 'k', Buffer.alloc(32), original, ''])
    await expect(asked).rejects.toMatchObject({ code: insufficientPrivilege })
  })

  it('unknown_transfer: needs a transfer', async () => {
    expect(refusalOf(await reverse(randomUUID()))).toBe('unknown_transfer')
  })

  it('is made once, even by eight operators at once, and leaves both sides as before', async () => {
    const [annHad, bobHad] = await Promise.all([books.balance(ann), books.balance(bob)])
    const answers = await Promise.all(Array.from({ length: 8 }, () => reverse(original)))
    expect(answers.map(refusalOf).sort()).toEqual([...Array<string>(7).fill('already_reversed'), 'none'])
    expect(await books.balance(ann)).toBe(annHad + 70)
    expect(await books.balance(bob)).toBe(bobHad - 70)
    const again = raw(bob, ann, 70, original)
    expect(await books.attempt('dwaybank_owner', ...again)).toEqual({
      code: uniqueViolation,
      constraint: 'transfers_reversed_once',
    })
  })

  const as = ({ id }: { id: string }) => ({ customerId: id, asOperator: false })

  it('is seen from both transfers, by the parties and by operators alone', async () => {
    const ledger = books.api
    const seen = await ledger.findTransfer(as(ann), original)
    const reversal = await ledger.findTransfer(
      { customerId: operator.id, asOperator: true },
      seen.reversedBy ?? '',
    )
    expect(reversal).toMatchObject({ reverses: original, amount: 70, reference: 'Paid by mistake' })
    expect(reversal.from).toEqual(seen.to)
    // The role of the session counts as well as that in the books.
    await expect(ledger.findTransfer(as(operator), original)).rejects.toMatchObject({
      code: 'unknown_transfer',
    })
    await expect(
      ledger.findTransfer({ customerId: eve.id, asOperator: true }, original),
    ).rejects.toMatchObject({
      code: 'unknown_transfer',
    })
    await expect(ledger.findTransfer(as(eve), original)).rejects.toMatchObject({ code: 'unknown_transfer' })
  })

  it('not_reversible: is not reversed itself', async () => {
    const { reversedBy = '' } = await books.api.findTransfer(as(ann), original)
    expect(refusalOf(await reverse(reversedBy))).toBe('not_reversible')
    expect((await books.attempt('dwaybank_owner', ...raw(ann, bob, 70, reversedBy))).constraint).toBe(
      'transfers_reverse_whole',
    )
  })

  it('insufficient_funds: overdraws nobody', async () => {
    const spender = await books.party()
    const { id } = transferOf(await books.transfer({ from: ann, to: spender, amount: 50 }))
    await books.transfer({ from: spender, to: ann, amount: 50 })
    expect(refusalOf(await reverse(id))).toBe('insufficient_funds')
  })
})

describe('registering', () => {
  it('books the welcome credit', async () => {
    const ledger = books.api
    const email = `tess.${randomUUID()}@example.org`
    const { id } = await ledger.register({
      email,
      name: 'Tess',
      passwordHash: '$argon2id$none',
      source: SOURCE,
    })
    const [account] = await ledger.listAccounts(id)
    expect(account?.balance).toBe(100_000)
    const bank = await books.entries(BANK_ACCOUNT_ID)
    expect(bank.at(-1)?.amount).toBe(-100_000)
    expect(bank.map(({ hash }) => hash)).toEqual(expectedHashes(bank))
  })
})
