import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'
import { createPool } from '../../services/api/src/db/pool.ts'
import { Refusal, Unavailable } from '../../services/api/src/errors.ts'
import { withCheckDigits } from '../../services/api/src/ledger/account-number.ts'
import { postgresLedger } from '../../services/api/src/ledger/ledger.ts'
import type { Preview, TransferAnswer } from '../../services/api/src/ledger/transfers.ts'
import type { Answer, ModelAccount, Request } from './bank-model.ts'
import { SOURCE } from './ledger-database.ts'
import type { Database } from './scratch-postgres.ts'

/** The people and accounts of one run. */
export interface World {
  customers: string[]
  operator: string
  /** Of the customers by turns; the last two are as full as they may be but for 500. */
  accounts: ModelAccount[]
}

/** The real bank: the api's own functions with the api's rights, and what only the superuser sees. */
export interface RealBank {
  ask(request: Request): Promise<Answer>
  preview(request: Request & { kind: 'transfer' }): Promise<Preview | Answer>
  newWorld(): Promise<World>
  balances(world: World): Promise<bigint[]>
  /** What all tables hold, but for the answer kept under one key, and whether there is one. */
  traces(request: Request): Promise<{ digest: string; kept: boolean }>
  close(): Promise<void>
}

const FULL = Number.MAX_SAFE_INTEGER - 500
const REFERENCE = 'model'

/** Codes of errors about values that no column takes. */
const WRONG_VALUES = new Set(['23514', '22003', '22P02'])

function answerTo(error: unknown): Answer {
  if (error instanceof Refusal) return { refusal: error.code }
  if (error instanceof pg.DatabaseError && WRONG_VALUES.has(error.code ?? '')) return { error: true }
  throw error
}

/** Asks again, as a client does, while a busy machine makes the database unavailable: nothing was done then. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let asked = 0; ; asked += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Unavailable) || asked === 20) throw error
    }
  }
}

function answerOf({ outcome, replayed }: TransferAnswer): Answer {
  const said = 'refusal' in outcome ? { refusal: outcome.refusal.code } : { transfer: outcome.transfer.id }
  return replayed ? { ...said, replayed } : said
}

/** Opens the bank of a database. */
export async function openModelBank(database: Database): Promise<RealBank> {
  const pool = createPool(database.as('dwaybank_api'), Fastify({ logger: false }).log)
  const ledger = postgresLedger(pool)
  const superuser = new pg.Client(database.as('dwaybank'))
  await superuser.connect()
  const { rows: tables } = await superuser.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by tablename`,
  )
  let opened = 0

  async function open(owner: string | null, overdraft: boolean): Promise<ModelAccount> {
    const number = withCheckDigits(String(20_000_000 + (opened += 1)))
    const { rows } = await superuser.query<{ id: string }>(
      `insert into accounts (customer_id, number, name, currency, allows_overdraft)
       values ($1, $2, 'Account', 'EUR', $3) returning id`,
      [owner, number, overdraft],
    )
    return { id: rows[0]?.id ?? '', number, owner, overdraft, balance: 0n }
  }

  async function person(role: string): Promise<string> {
    const { rows } = await superuser.query<{ id: string }>(
      `insert into customers (email, name, password_hash, role) values ($1, 'Somebody', '$argon2id$', $2) returning id`,
      [`${randomUUID()}@example.org`, role],
    )
    return rows[0]?.id ?? ''
  }

  async function fund(from: ModelAccount, to: ModelAccount, amount: number): Promise<void> {
    await superuser.query(
      `select book_transfer(payer, payee, $3, 'funds', null) from accounts payer, accounts payee
       where payer.id = $1 and payee.id = $2`,
      [from.id, to.id, amount],
    )
    from.balance -= BigInt(amount)
    to.balance += BigInt(amount)
  }

  const plannedBy = ({ customer, from, to, amount }: Request & { kind: 'transfer' }) => ({
    customerId: customer,
    fromAccountId: from,
    toAccountNumber: to,
    amount,
    reference: REFERENCE,
  })

  async function answer(request: Request): Promise<Answer> {
    const { customer, key: idempotencyKey } = request
    if (request.kind === 'transfer')
      return answerOf(await ledger.transfer({ ...plannedBy(request), idempotencyKey }))
    const { transfer: transferId } = request
    const reversal = {
      ...{ operatorId: customer, idempotencyKey, transferId, reason: REFERENCE },
      source: SOURCE,
    }
    return answerOf(await ledger.reverseTransfer(reversal))
  }

  return {
    ask(request) {
      return patiently(() => answer(request).catch(answerTo))
    },
    preview(request) {
      return patiently(() => ledger.previewTransfer(plannedBy(request)).catch(answerTo))
    },
    async newWorld() {
      const customers = [await person('customer'), await person('customer'), await person('customer')]
      const accounts: ModelAccount[] = []
      for (let index = 0; index < 5; index += 1)
        accounts.push(await open(customers[index % 3] ?? null, false))
      for (const [index, account] of accounts.entries())
        await fund(await open(null, true), account, index < 3 ? 1000 : FULL)
      return { customers, operator: await person('operator'), accounts }
    },
    async balances({ accounts }) {
      const { rows } = await superuser.query<{ balance: string }>(
        `select balance::text from accounts join unnest($1::uuid[]) with ordinality as asked (id, place) using (id)
         order by place`,
        [accounts.map(({ id }) => id)],
      )
      return rows.map(({ balance }) => BigInt(balance))
    },
    async traces({ customer, key }) {
      const sums = tables.map(({ name }) => {
        const others = name === 'idempotency_keys' ? 'where (customer_id, key) <> ($1, $2)' : ''
        return `(select md5(coalesce(string_agg(t::text, E'\\n' order by t::text), '')) from ${name} t ${others})`
      })
      const { rows } = await superuser.query<{ digest: string; kept: boolean }>(
        `select concat(${sums.join(', ')}) as digest,
           exists (select from idempotency_keys where (customer_id, key) = ($1::uuid, $2)) as kept`,
        [customer, key],
      )
      return rows[0] ?? { digest: '', kept: false }
    },
    async close() {
      await superuser.end()
      await pool.end()
    },
  }
}
