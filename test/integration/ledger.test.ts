import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sql } from '../support/database.ts'
import { newCustomer, type Account, type Visitor } from '../support/visitor.ts'

const ann = await newCustomer()
const bob = await newCustomer()

const checkViolation = '23514'
const restrictViolation = '23001'
const insufficientPrivilege = '42501'

/** SQL of a transfer of 100 from Ann to Bob with the given postings, as the api's role could write it. */
function journal(postings: string[]): string {
  const id = randomUUID()
  const rows = postings.map((posting) => `('${id}', ${posting})`).join(', ')
  return `insert into transfers (id, from_account_id, to_account_id, amount, currency, reference)
      values ('${id}', '${ann.account.id}', '${bob.account.id}', 100, 'EUR', 'by hand');
    ${rows && `insert into entries (transfer_id, account_id, currency, amount, balance_after) values ${rows};`}`
}

const posting = ({ id }: Account, amount: number, after: number) => `'${id}', 'EUR', ${amount}, ${after}`
const setBalance = ({ id }: Account, to: number) => `update accounts set balance = ${to} where id = '${id}';`

describe('the database refuses', () => {
  it.each([
    [
      'a transfer whose postings do not sum to zero',
      journal([posting(ann.account, -100, 99_900), posting(bob.account, 101, 100_101)]) +
        setBalance(ann.account, 99_900) +
        setBalance(bob.account, 100_101),
      checkViolation,
    ],
    ['a transfer without postings', journal([]), checkViolation],
    [
      'a transfer with one posting',
      journal([posting(ann.account, -100, 99_900)]) + setBalance(ann.account, 99_900),
      checkViolation,
    ],
    [
      'postings that leave the balances as they were',
      journal([posting(ann.account, -100, 99_900), posting(bob.account, 100, 100_100)]),
      checkViolation,
    ],
    ['a balance that no posting explains', setBalance(ann.account, 1_000_000), checkViolation],
    ['a negative balance', setBalance(ann.account, -1), checkViolation],
    ['a change of a posting', 'update entries set amount = amount + 1;', insufficientPrivilege],
    ['the deletion of a posting', 'delete from entries;', insufficientPrivilege],
    ['a change of a transfer', 'update transfers set amount = 1;', insufficientPrivilege],
    ['the deletion of a transfer', 'delete from transfers;', insufficientPrivilege],
    ['emptying the ledger', 'truncate entries;', insufficientPrivilege],
    ['credit for an account', 'update accounts set allows_overdraft = true;', insufficientPrivilege],
    ['a change of its rules', 'alter table entries disable trigger all;', insufficientPrivilege],
  ])('the api %s', async (_what, statements, code) => {
    expect((await sql('dwaybank_api', statements)).refused).toBe(code)
  })

  it.each(['update entries set amount = amount + 1', 'delete from entries', 'delete from transfers'])(
    'even the superuser: %s',
    async (statement) => {
      const some = `${statement} where id in (select id from ${/(entries|transfers)/.exec(statement)?.[0] ?? ''} limit 1);`
      expect((await sql('dwaybank', some)).refused).toBe(restrictViolation)
    },
  )

  it('nothing of a transfer that is whole', async () => {
    const whole =
      journal([posting(ann.account, -100, 99_900), posting(bob.account, 100, 100_100)]) +
      setBalance(ann.account, 99_900) +
      setBalance(bob.account, 100_100)
    expect((await sql('dwaybank_api', whole)).refused).toBeUndefined()
  })
})

describe('transfers at the same time', () => {
  async function balances(visitor: Visitor, account: Account): Promise<number> {
    return (await visitor.accounts()).find(({ id }) => id === account.id)?.balance ?? NaN
  }

  it('neither lose nor create money', async () => {
    const people = await Promise.all([newCustomer(), newCustomer(), newCustomer()])
    const sendings = Array.from({ length: 60 }, (_, index) => {
      const from = people[index % 3] as (typeof people)[number]
      const to = people[(index + 1 + (index % 2)) % 3] as (typeof people)[number]
      // A third of them ask for more than there may be.
      const amount = index % 3 === 0 ? 40_000 : 100 + index
      const body = {
        fromAccountId: from.account.id,
        toAccountNumber: to.account.number,
        amount,
        reference: '',
      }
      return from.visitor.transfer(body)
    })
    const statuses = (await Promise.all(sendings)).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 201 && status !== 422)).toEqual([])
    expect(statuses).toContain(201)
    const after = await Promise.all(people.map(({ visitor, account }) => balances(visitor, account)))
    expect(after.reduce((total, amount) => total + amount, 0)).toBe(3 * 100_000)
    expect(Math.min(...after)).toBeGreaterThanOrEqual(0)
  })

  it('spend a balance only once', async () => {
    const { visitor, account } = await newCustomer()
    const all = {
      fromAccountId: account.id,
      toAccountNumber: bob.account.number,
      amount: 100_000,
      reference: '',
    }
    const answers = await Promise.all(Array.from({ length: 10 }, () => visitor.transfer(all)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(9)
    expect(await balances(visitor, account)).toBe(0)
  })
})

describe('the books', () => {
  const none = (query: string) => sql('dwaybank', query).then(({ rows }) => rows)

  it('sum to zero in every currency', async () => {
    expect(
      await none('select currency, sum(amount) from entries group by currency having sum(amount) <> 0;'),
    ).toEqual([])
  })

  it('state for every account the sum of its postings', async () => {
    const unequal = `select accounts.id, balance, coalesce(sum(amount), 0) from accounts
      left join entries on entries.account_id = accounts.id
      group by accounts.id having balance <> coalesce(sum(amount), 0);`
    expect(await none(unequal)).toEqual([])
  })

  it('have for every transfer postings that sum to zero', async () => {
    const unbalanced = `select transfer_id from entries group by transfer_id having sum(amount) <> 0 or count(*) < 2;`
    expect(await none(unbalanced)).toEqual([])
  })
})
