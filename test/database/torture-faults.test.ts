import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { audit } from '../../scripts/lib/ledger/check.ts'
import { faultNames, plantScript, TAKE_OUT } from '../../scripts/lib/torture/faults.ts'
import { EMAIL_DOMAIN } from '../../scripts/lib/torture/world.ts'
import { withCheckDigits } from '../../services/api/src/ledger/account-number.ts'
import { sqlOver } from '../support/audited-books.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import type { Connection } from '../support/scratch-postgres.ts'

const [ann, bob] = ['20000000', '30000000'].map(withCheckDigits) as [string, string]
const run = '20260101120000-1'
const [customer, operator, bystander] = [randomUUID(), randomUUID(), randomUUID()]
let bank: Connection

/** Everything that a fault changes, and the books, as text. */
const state = () =>
  sqlOver(bank)(`select json_build_array(
    (select json_agg(to_jsonb(transfers) order by id) from transfers), (select json_agg(to_jsonb(entries) order by id) from entries),
    (select json_agg(to_jsonb(accounts) order by id) from accounts), (select json_agg(to_jsonb(idempotency_keys)) from idempotency_keys),
    (select json_agg(pg_get_constraintdef(oid) order by oid) from pg_constraint where conname = 'idempotency_keys_pkey'),
    (select json_agg(json_build_array(tgname, tgenabled) order by tgname) from pg_trigger where not tgisinternal),
    (select json_agg(json_build_array(pg_get_functiondef(oid), proowner, proacl) order by oid) from pg_proc
      where pronamespace = 'public'::regnamespace and prokind = 'f'),
    (select json_agg(nspname order by nspname) from pg_namespace where nspname !~ '^pg_'))::text`)

/** Pays from Ann to Bob, and says whether that is acknowledged. */
const pay = (key: string) =>
  sqlOver(bank)(
    `select (outcome ? 'transfer')::text from transfer_money('${customer}', '${key}', sha256(''),
      (select id from accounts where number = '${ann}'), '${bob}', 1, '${key}')`,
  )

/** Takes the transfer that was paid with a key back, if there is one, as an operator. */
const takeBack = (key: string) =>
  sqlOver(bank)(
    `select outcome::text from reverse_transfer('${operator}', '${key}-back', sha256(''),
      (select id from transfers where reference = '${key}' limit 1), '${key}-back')`,
  )

const count = async (where: string) =>
  Number(await sqlOver(bank)(`select count(*) from transfers where ${where}`))

beforeAll(async () => {
  bank = (await freshDatabase('faults')).as('dwaybank')
  const sql = sqlOver(bank)
  await sql(`insert into customers (id, email, name, password_hash, role) values
    ('${customer}', 'customer-1.${run}@${EMAIL_DOMAIN}', 'Ann', '$argon2id$', 'customer'),
    ('${operator}', 'operator.${run}@${EMAIL_DOMAIN}', 'Olga', '$argon2id$', 'operator'),
    ('${bystander}', 'customer-1.${run}0@${EMAIL_DOMAIN}', 'Ben', '$argon2id$', 'customer')`)
  await sql(
    `insert into idempotency_keys (customer_id, key, request_hash) values ('${bystander}', 'kept', sha256(''))`,
  )
  for (const number of [ann, bob]) {
    await sql(
      `insert into accounts (customer_id, number, name, currency) values ('${customer}', '${number}', 'Own', 'EUR')`,
    )
    await sql(`select book_transfer(payer, payee, 1000, 'Welcome', null) from accounts payer, accounts payee
      where payer.number = '0000000195' and payee.number = '${number}'`)
  }
})

async function plant(fault: (typeof faultNames)[number]): Promise<void> {
  const sql = sqlOver(bank)
  const balances = await sql(
    `select json_object_agg(id, balance)::text from accounts where customer_id = '${customer}'`,
  )
  const lastEntry = Number(await sql('select max(id)::text from entries'))
  const beginning = { balances: new Map(Object.entries(JSON.parse(balances) as object)), lastEntry }
  await sql(plantScript(fault, run, beginning))
}

describe('a fault that torture plants', () => {
  it.for(faultNames)('%s is taken out with everything that came of it', async (fault) => {
    const before = await state()
    await plant(fault)
    for (const key of ['one', 'one', 'two']) await pay(key)
    for (const key of ['one', 'one', 'unheard of']) await takeBack(key)
    await sqlOver(bank)(TAKE_OUT)
    expect(await state()).toBe(before)
    for (const { name, verdict } of (await audit(sqlOver(bank))).checks) expect(verdict, name).toBe('passed')
  })

  it('double lets a key pay twice', async () => {
    await plant('double')
    await pay('one')
    await pay('one')
    expect(await count("reference = 'one'")).toBe(2)
    await sqlOver(bank)(TAKE_OUT)
  })

  it('lost acknowledges what is not booked', async () => {
    await plant('lost')
    const before = await count('true')
    const acknowledged = await sqlOver(bank)(`select count(*)::text from generate_series(1, 300) n,
      lateral transfer_money('${customer}', 'lost-' || n, sha256(''), (select id from accounts where number = '${ann}'),
        '${bob}', 1, '') where outcome ? 'transfer'`)
    expect(acknowledged).toBe('300')
    expect((await count('true')) - before).toBeLessThan(300)
    await sqlOver(bank)(TAKE_OUT)
  })
})
