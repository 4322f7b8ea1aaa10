import { createHash, randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { createPool } from '../../services/api/src/db/pool.ts'
import { type Ledger, postgresLedger } from '../../services/api/src/ledger/ledger.ts'
import { randomAccountNumber } from '../../services/api/src/ledger/account-number.ts'
import { BANK_ACCOUNT_ID } from '../../services/api/src/ledger/bank.ts'
import type { TransferAnswer } from '../../services/api/src/ledger/transfers.ts'
import { freshDatabase } from './fresh-database.ts'
import type { Database, Role } from './scratch-postgres.ts'

/** Where the requests of tests come from. */
export const SOURCE = { address: '127.0.0.1', device: 'a test', requestId: 'test' }

/** A customer with an account. */
export interface Party {
  id: string
  account: { id: string; number: string }
}

export interface Wanted {
  from: Party
  to: Pick<Party, 'account'>
  amount: number
  key: string
  reference: string
  hash: Buffer
}

export interface StoredEntry {
  id: number
  sequence: number
  hash: string
  transfer: string
  account: string
  currency: string
  amount: number
  balance: number
  microseconds: number
}

type Rows = Record<string, unknown>[]

/** Books of a test's own, with everything that it may do to them. */
export class LedgerDatabase {
  readonly #pools = new Map<Role, pg.Pool>()
  readonly #database: Database
  #apiPool: pg.Pool | undefined
  #api: Ledger | undefined

  constructor(database: Database) {
    this.#database = database
  }

  /** Connections of a role. */
  pool(role: Role): pg.Pool {
    const known = this.#pools.get(role)
    if (known) return known
    const types = new pg.TypeOverrides()
    types.setTypeParser(pg.types.builtins.INT8, Number)
    const pool = new pg.Pool({ ...this.#database.as(role), types, max: 8 })
    this.#pools.set(role, pool)
    return pool
  }

  /** The api's own books, over a pool of its own. */
  get api(): Ledger {
    this.#apiPool ??= createPool(this.#database.as('dwaybank_api'), { warn: () => undefined })
    this.#api ??= postgresLedger(this.#apiPool)
    return this.#api
  }

  async ask(role: Role, statement: string, values: unknown[] = []): Promise<Rows> {
    return (await this.pool(role).query<Rows[number]>(statement, values)).rows
  }

  /** Runs statements in one transaction, and says what the database said. */
  async attempt(role: Role, ...statements: string[]): Promise<{ code?: string; constraint?: string }> {
    const client = await this.pool(role).connect()
    try {
      await client.query('begin')
      for (const statement of statements) await client.query(statement)
      await client.query('commit')
      return {}
    } catch (error) {
      await client.query('rollback')
      if (!(error instanceof pg.DatabaseError)) throw error
      const { code, constraint } = error
      return { ...(code !== undefined && { code }), ...(constraint !== undefined && { constraint }) }
    } finally {
      client.release()
    }
  }

  /** Makes a customer, whose account gets its balance from the bank. */
  async party({ balance = 0, role = 'customer' } = {}): Promise<Party> {
    const id = randomUUID()
    const number = randomAccountNumber()
    await this.ask(
      'dwaybank_owner',
      `insert into customers (id, email, name, password_hash, role)
       values ($1, $2, 'Tess Tester', '$argon2id$none', $3)`,
      [id, `tess.${id}@example.org`, role],
    )
    const made = await this.ask(
      'dwaybank_api',
      `insert into accounts (customer_id, number, name, currency) values ($1, $2, 'Current account', 'EUR')
       returning id`,
      [id, number],
    )
    const party = { id, account: { id: String(made[0]?.['id']), number } }
    if (balance > 0) await this.fund(party, balance)
    return party
  }

  /** Moves money from the bank's own account. */
  async fund({ account }: Party, amount: number): Promise<void> {
    await this.ask(
      'dwaybank_api',
      `select book_transfer(payer, payee, $3, 'from the bank', null) from lock_accounts($1, $2)`,
      [BANK_ACCOUNT_ID, account.number, amount],
    )
  }

  /** Calls transfer_money as the api does, under a key of its own unless one is given. */
  async transfer(wanted: Pick<Wanted, 'from' | 'to'> & Partial<Wanted>): Promise<TransferAnswer> {
    const { rows } = await this.pool('dwaybank_api').query<TransferAnswer>(transferStatement(wanted))
    return rows[0] as TransferAnswer
  }

  async balance({ account }: Pick<Party, 'account'>): Promise<number> {
    const rows = await this.ask('dwaybank', 'select balance from accounts where id = $1', [account.id])
    return rows[0]?.['balance'] as number
  }

  /** The entries of an account in the order of its chain. */
  async entries(accountId: string): Promise<StoredEntry[]> {
    const rows = await this.ask(
      'dwaybank',
      `select id, sequence, encode(hash, 'hex') as hash, transfer_id as transfer, account_id as account, currency, amount,
         balance_after as balance, (extract(epoch from created_at) * 1000000)::bigint as microseconds
       from entries where account_id = $1 order by sequence`,
      [accountId],
    )
    return rows as unknown as StoredEntry[]
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values(), ...(this.#apiPool ? [this.#apiPool] : [])]
    await Promise.all(pools.map((pool) => pool.end()))
  }
}

/** The statement of a transfer, for a connection of one's own. */
export function transferStatement(wanted: Pick<Wanted, 'from' | 'to'> & Partial<Wanted>): pg.QueryConfig {
  const { from, to, amount = 100, key = randomUUID(), reference = 'Rent' } = wanted
  const hash = wanted.hash ?? createHash('sha256').update(`${to.account.number} ${amount}`).digest()
  return {
    text: 'select outcome, replayed from transfer_money($1, $2, $3, $4, $5, $6, $7)',
    values: [from.id, key, hash, from.account.id, to.account.number, amount, reference],
  }
}

/** The hashes that the entries of an account must have, computed without the database. */
export function expectedHashes(entries: readonly StoredEntry[]): string[] {
  let previous: Buffer = Buffer.alloc(32)
  return entries.map(({ id, sequence, transfer, account, currency, amount, balance, microseconds }) => {
    const facts = [id, sequence, transfer, account, currency, amount, balance, microseconds].join('|')
    previous = createHash('sha256').update(previous).update(facts).digest()
    return previous.toString('hex')
  })
}

/** Opens empty books: the bank's own account and nobody else. */
export async function openLedger(): Promise<LedgerDatabase> {
  return new LedgerDatabase(await freshDatabase(`ledger_${randomBytes(2).toString('hex')}`))
}
