import { beforeAll, describe, expect, it } from 'vitest'
import { audit, type RunSql } from '../../scripts/lib/ledger/check.ts'
import type { Heads } from '../../scripts/lib/ledger/heads.ts'
import { withCheckDigits } from '../../services/api/src/ledger/account-number.ts'
import { sqlOver, summaryOf } from '../support/audited-books.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import type { Connection } from '../support/scratch-postgres.ts'

const [ann, bob, cat] = ['20000000', '30000000', '40000000'].map(withCheckDigits) as [string, string, string]
const own = '0000000195'

const pay = (from: string, to: string, amount: number) =>
  `select book_transfer(payer, payee, ${amount}, 'test', null) from accounts payer, accounts payee
   where payer.number = '${from}' and payee.number = '${to}';\n`

/** Ann's entries are 1 to 7, Bob's 1 to 7, Cat's 1 to 6, the bank's own 1 to 2; the last transfer is Ann's to Cat. */
const books = [
  `insert into customers (email, name, password_hash) values ('a@example.org', 'Ann', '$argon2id$');\n`,
  ...[ann, bob, cat].map(
    (number) => `insert into accounts (customer_id, number, name, currency)
      select id, '${number}', 'Current account', 'EUR' from customers;\n`,
  ),
  ...[pay(own, ann, 1000), pay(own, bob, 1000)],
  ...[pay(ann, bob, 100), pay(bob, cat, 50), pay(cat, ann, 20)],
  ...[pay(ann, bob, 300), pay(bob, cat, 200), pay(cat, ann, 30)],
  ...[pay(ann, bob, 7), pay(bob, cat, 5), pay(ann, cat, 11)],
]

let original: Connection

/**
 * Reads the books as they are after statements that the superuser runs with every trigger and foreign key off: within
 * one transaction, which is taken back.
 */
function tampered(statements: string): RunSql {
  return (script) => {
    const audited = script.replace(/^begin [^;]*;$|^commit;$/gm, '')
    return sqlOver(original)(
      `begin;\nset local session_replication_role = replica;\n${statements};\n${audited}rollback;\n`,
    )
  }
}

async function summary(run: RunSql, since?: Heads) {
  return summaryOf(await audit(run, { ...(since && { since }) }))
}

async function savedHeads(): Promise<Heads> {
  const { heads } = await audit(sqlOver(original), { heads: true })
  return heads ?? expect.fail('no heads')
}

beforeAll(async () => {
  original = (await freshDatabase('check')).as('dwaybank')
  for (const statement of books) await sqlOver(original)(statement)
})

const entry = (account: string, sequence: number) =>
  `account_id = (select id from accounts where number = '${account}') and sequence = ${sequence}`
const change = (account: string, sequence: number, what: string) =>
  `update entries set ${what} where ${entry(account, sequence)};\n`
const remove = (account: string, sequence: number) =>
  `delete from entries where ${entry(account, sequence)};\n`
const lastTransfer = `(select transfer_id from entries where ${entry(ann, 7)})`

/** An entry of Ann's after her last, with whatever hash. */
const append = (hash: string, transfer = lastTransfer) => `
  insert into entries (transfer_id, account_id, currency, amount, balance_after, sequence, hash)
  select ${transfer}, account_id, currency, 5, balance_after + 5, 8, ${hash} from entries where ${entry(ann, 7)};
  update accounts set balance = balance + 5 where number = '${ann}';\n`

/** Gives all entries the balances and hashes that follow from their amounts, as somebody would who knows how. */
const makeConsistent = `
do $$
declare
  e entries;
  before entries;
begin
  for e in select * from entries order by account_id, sequence loop
    if before.account_id is distinct from e.account_id then before := null; end if;
    e.balance_after := coalesce(before.balance_after, 0) + e.amount;
    e.hash := entry_hash(coalesce(before.hash, decode(repeat('00', 32), 'hex')), e.id, e.sequence, e.transfer_id,
      e.account_id, e.currency, e.amount, e.balance_after, e.created_at);
    update entries set balance_after = e.balance_after, hash = e.hash where id = e.id;
    update accounts set balance = e.balance_after where id = e.account_id;
    before := e;
  end loop;
end $$;\n`

describe('books that nobody touched', () => {
  it('are clean, also with a reversal in them', async () => {
    const reversed = tampered(`set local session_replication_role = origin;
      select book_transfer(payee, payer, amount, 'reversal', transfers.id) from transfers
        join accounts payer on payer.id = from_account_id join accounts payee on payee.id = to_account_id
        where transfers.id = ${lastTransfer};\n`)
    expect(await summary(sqlOver(original))).toEqual({ failed: [], damaged: [] })
    expect(await summary(reversed)).toEqual({ failed: [], damaged: [] })
  })

  it('hold later what they held earlier', async () => {
    const before = await savedHeads()
    expect(before.heads).toHaveLength(4)
    const later = tampered(
      `set local session_replication_role = origin;\n${pay(bob, ann, 9)}${pay(own, cat, 1)}`,
    )
    expect(await summary(later, before)).toEqual({ failed: [], damaged: [] })
  })
})

describe("a superuser's change is named by account and sequence:", () => {
  it.each<[string, string, string[]]>([
    ['an amount', change(ann, 3, 'amount = amount + 1'), [`${ann} 3`]],
    ['a balance', change(ann, 3, 'balance_after = balance_after + 1'), [`${ann} 3`]],
    [
      'an amount and its balance',
      change(ann, 3, 'amount = -1, balance_after = balance_after - 1'),
      [`${ann} 3`],
    ],
    ['a time', change(bob, 2, `created_at = created_at - interval '1 microsecond'`), [`${bob} 2`]],
    ['a currency', change(bob, 2, `currency = 'USD'`), [`${bob} 2`]],
    ['an id', change(bob, 2, 'id = 900'), [`${bob} 2`]],
    ['another transfer', change(bob, 2, `transfer_id = ${lastTransfer}`), [`${bob} 2`]],
    ['a hash', change(cat, 3, `hash = sha256('')`), [`${cat} 3`]],
    ['the first entry', change(ann, 1, 'amount = 2000'), [`${ann} 1`]],
    ['the newest entry', change(ann, 7, 'amount = -1'), [`${ann} 7`]],
    ['the newest balance', change(ann, 7, 'balance_after = 1000000'), [`${ann} 7`]],
    ['two entries', change(bob, 5, 'amount = 1') + change(ann, 2, 'amount = 1'), [`${ann} 2`, `${bob} 5`]],
    [
      'an amount with the hash that belongs to it, by the transfer and by the next entry',
      change(ann, 3, 'amount = amount + 1, balance_after = balance_after + 1') +
        `update entries e set hash = entry_hash(before.hash, e.id, e.sequence, e.transfer_id, e.account_id, e.currency,
           e.amount, e.balance_after, e.created_at)
         from entries before where before.account_id = e.account_id and before.sequence = 2
           and e.sequence = 3 and e.account_id = (select id from accounts where number = '${ann}');`,
      [`${ann} 3`, `${ann} 4`],
    ],
    ['an entry moved to another place', change(ann, 3, 'sequence = 9'), [`${ann} 3`, `${ann} 8`]],
    [
      'an entry moved to another account',
      change(ann, 3, `account_id = (select id from accounts where number = '${cat}'), sequence = 7`),
      [`${ann} 3`, `${cat} 7`],
    ],
    [
      'the amount of a transfer',
      `update transfers set amount = 1 where id = ${lastTransfer};`,
      [`${ann} 7`, `${cat} 6`],
    ],
    [
      'the removal of a transfer alone',
      `delete from transfers where id = ${lastTransfer};`,
      [`${ann} 7`, `${cat} 6`],
    ],
  ])('%s', async (_what, statements, damaged) => {
    expect((await summary(tampered(statements))).damaged).toEqual(damaged)
  })

  it('two entries in the place of each other, the first of them in front', async () => {
    const swap =
      change(bob, 3, 'sequence = -1') + change(bob, 5, 'sequence = 3') + change(bob, -1, 'sequence = 5')
    const { damaged } = await summary(tampered(swap))
    expect(damaged).toContain(`${bob} 3`)
    expect(damaged).toContain(`${bob} 5`)
    expect(damaged.filter((at) => !/ [3456]$/.test(at))).toEqual([])
  })
})

describe("a superuser's removal is named by account and sequence:", () => {
  const transfer = (statement: string) =>
    `create temp table gone as select ${lastTransfer} as id;\n${statement}delete from transfers where id = (select id from gone);\n`
  it.each<[string, string, string[]]>([
    ['an entry in the middle', remove(ann, 3), [`${ann} 3`]],
    ['the first entry', remove(ann, 1), [`${ann} 1`]],
    ['several in a row', remove(ann, 3) + remove(ann, 4), [`${ann} 3`]],
    ['the newest entry', remove(ann, 7), [`${ann} 7`]],
    ['the newest entry and its sibling', remove(ann, 7) + remove(cat, 6), [`${ann} 7`, `${cat} 6`]],
    ['the newest transfer with both', transfer(remove(ann, 7) + remove(cat, 6)), [`${ann} 7`, `${cat} 6`]],
    [
      'the newest after a changed one',
      change(ann, 3, 'amount = 1') + remove(ann, 7),
      [`${ann} 3`, `${ann} 7`],
    ],
    [
      'all of an account',
      `delete from entries where account_id = (select id from accounts where number = '${cat}');`,
      [`${cat} 1`],
    ],
  ])('%s', async (_what, statements, damaged) => {
    const { damaged: found } = await summary(tampered(statements))
    expect(found.toSorted()).toEqual(damaged.toSorted())
  })
})

describe("a superuser's new entry is named by account and sequence:", () => {
  const rightHash = (id: string) =>
    `entry_hash(hash, ${id}, 8, transfer_id, account_id, currency, 5, balance_after + 5, created_at)`
  it.each<[string, string, string[]]>([
    ['one with any hash', append(`sha256('')`), [`${ann} 8`]],
    [
      'one with the right hash',
      append(rightHash('900'))
        .replace('(transfer_id', '(id, created_at, transfer_id')
        .replace('select (', 'select 900, created_at, ('),
      [`${ann} 8`],
    ],
    ['one of no transfer', append(`sha256('')`, 'gen_random_uuid()'), [`${ann} 8`]],
    [
      'one between others, and all after it',
      `update entries set sequence = -sequence - 1 where account_id = (select id from accounts where number = '${ann}') and sequence > 5;
       update entries set sequence = -sequence where sequence < 0;
       insert into entries (transfer_id, account_id, currency, amount, balance_after, sequence, hash)
       select transfer_id, account_id, currency, 5, balance_after + 5, 6, hash from entries where ${entry(ann, 5)};`,
      [`${ann} 7`, `${ann} 8`, `${ann} 6`],
    ],
  ])('%s', async (_what, statements, damaged) => {
    expect((await summary(tampered(statements))).damaged).toEqual(damaged)
  })
})

describe('other changes behind the books fail a check:', () => {
  it.each<[string, string, string[]]>([
    [
      'a stated balance',
      `update accounts set balance = balance + 1 where number = '${ann}';`,
      ['totals', 'balances', 'chain'],
    ],
    [
      'no more credit for who is overdrawn',
      `alter table accounts drop constraint accounts_balance_covered; update accounts set allows_overdraft = false;`,
      ['balances'],
    ],
    ['a customer of nobody', `delete from accounts where number = '${cat}';`, ['totals', 'balances']],
    [
      'a transfer that says it reverses another',
      `update transfers set reverses = (select id from transfers where amount = 7) where amount = 5;`,
      ['transfers'],
    ],
  ])('%s', async (_what, statements, failed) => {
    expect((await summary(tampered(statements))).failed).toEqual(failed)
  })
})

describe('books that were rewritten consistently', () => {
  const rewritten = `update transfers set amount = 90 where amount = 100;
    update entries set amount = sign(amount) * 90 where abs(amount) = 100;\n${makeConsistent}`
  const shortened = `create temp table gone as select ${lastTransfer} as id;
    delete from entries where transfer_id = (select id from gone);
    delete from transfers where id = (select id from gone);\n${makeConsistent}`

  it.each([
    ['with another amount', rewritten, [ann, bob], 'was rewritten'],
    ['without the newest transfer', shortened, [ann, cat], 'was shortened'],
  ])('%s are clean in themselves, but not beside saved heads', async (_what, statements, accounts, words) => {
    const before = await savedHeads()
    const books = tampered(statements)
    expect(await summary(books)).toEqual({ failed: [], damaged: [] })
    const { checks } = await audit(books, { since: before })
    const since = checks.find(({ name }) => name === 'since')
    expect(since?.verdict).toBe('failed')
    for (const account of accounts)
      expect(since?.evidence).toMatch(new RegExp(`account ${account}, .*${words}`))
  })
})

it('at most ten findings of a kind are shown, and the rest is counted', async () => {
  const { checks } = await audit(tampered('update entries set amount = amount * 2'))
  const chain = checks.find(({ name }) => name === 'chain')
  expect(chain?.evidence.split('\n')).toHaveLength(11)
  expect(chain?.evidence).toContain('and 12 more')
})
