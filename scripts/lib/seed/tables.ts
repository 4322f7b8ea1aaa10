import { createHash } from 'node:crypto'
import { CURRENCY } from '../../../services/api/src/ledger/bank.ts'
import { entryHash, NO_HASH } from '../ledger/entry-hash.ts'
import type { Booking } from './history.ts'
import type { People, SeedCustomer } from './people.ts'

/**
 * What of each table the digest covers, in the order in which the tables are filled. Passwords are each cluster's own,
 * so their hashes are left out.
 */
export const digestColumns = {
  customers: ['id', 'email', 'name', 'role', 'created_at'],
  accounts: ['id', 'customer_id', 'number', 'name', 'currency', 'balance', 'allows_overdraft', 'created_at'],
  transfers: [
    'id',
    'from_account_id',
    'to_account_id',
    'amount',
    'currency',
    'reference',
    'created_at',
    'reverses',
  ],
  entries: [
    'id',
    'transfer_id',
    'account_id',
    'currency',
    'amount',
    'balance_after',
    'created_at',
    'sequence',
    'hash',
  ],
  idempotency_keys: ['customer_id', 'key', 'request_hash', 'outcome', 'created_at'],
} as const

export type Table = keyof typeof digestColumns

export const tables = Object.keys(digestColumns) as Table[]

type Value = string | number | boolean | null

/** One line of COPY's text format. None of the seed's values holds a character that would need escaping. */
function line(...values: Value[]): string {
  return `${values.map((value) => (value === null ? '\\N' : value === true ? 't' : value === false ? 'f' : value)).join('\t')}\n`
}

/** A time as PostgreSQL prints it in UTC. */
export function timestamp(seconds: number): string {
  const text = new Date(seconds * 1000).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 19)}+00`
}

export function customerLine({ id, email, name, role, createdAt }: SeedCustomer): string {
  return line(id, email, name, role, timestamp(createdAt))
}

/** The line of the account at a position of `People.accounts`. */
export function accountLine({ accounts }: People, position: number, balance: number): string {
  const account = accounts[position]
  if (!account) throw new RangeError(`the seed has no account ${position}`)
  const { id, customerId, number, name, createdAt } = account
  return line(id, customerId, number, name, CURRENCY, balance, customerId === null, timestamp(createdAt))
}

/**
 * Writes bookings one after the other, from the first: a booking's line of the journal, and its two postings with their
 * places in the chains of their accounts.
 */
export function bookingWriter({ accounts }: People): (booking: Booking) => {
  transfer: string
  entries: string
} {
  const chains = accounts.map(() => ({ sequence: 0, hash: NO_HASH }))
  let entry = 0
  return ({ id, from, to, amount, reference, createdAt, fromBalance, toBalance }) => {
    const at = timestamp(createdAt)
    const posting = (position: number, moved: number, balanceAfter: number) => {
      const [account, chain] = [accounts[position], chains[position]]
      if (!account || !chain) throw new RangeError(`the seed has no account ${position}`)
      entry += 1
      chain.sequence += 1
      const { sequence } = chain
      const facts = { id: entry, sequence, transferId: id, accountId: account.id, createdAt }
      chain.hash = entryHash(chain.hash, { ...facts, currency: CURRENCY, amount: moved, balanceAfter })
      return line(entry, id, account.id, CURRENCY, moved, balanceAfter, at, sequence, `\\\\x${chain.hash}`)
    }
    return {
      transfer: line(
        id,
        accounts[from]?.id ?? '',
        accounts[to]?.id ?? '',
        amount,
        CURRENCY,
        reference,
        at,
        null,
      ),
      entries: posting(from, -amount, fromBalance) + posting(to, amount, toBalance),
    }
  }
}

/** The SHA-256 of each table's lines in the order of its key. */
export type TableDigests = Record<Table, string>

/** Hashes lines as they come. */
export function tableHasher(): { add(table: Table, lines: string): void; digests(): TableDigests } {
  const hashes = new Map(tables.map((table) => [table, createHash('sha256')]))
  return {
    add: (table, lines) => void hashes.get(table)?.update(lines),
    digests: () =>
      Object.fromEntries([...hashes].map(([table, hash]) => [table, hash.digest('hex')])) as TableDigests,
  }
}

/** One digest over all tables. */
export function wholeDigest(digests: TableDigests): string {
  const hash = createHash('sha256')
  for (const table of tables) hash.update(`${table} ${digests[table]}\n`)
  return hash.digest('hex')
}

/** psql's commands that print the SHA-256 of each table's lines, one a line, computed beside the server. */
export function digestCommands(): string {
  const keys: Record<Table, string> = {
    customers: 'id',
    accounts: 'id',
    transfers: 'id',
    entries: 'id',
    idempotency_keys: 'customer_id, key',
  }
  return tables
    .map((table) => {
      const query = `select ${digestColumns[table].join(', ')} from ${table} order by ${keys[table]}`
      return `\\copy (${query}) to program 'sha256sum'\n`
    })
    .join('')
}

/**
 * Reads what `digestCommands` printed.
 * @returns undefined as long as a table is missing
 */
export function parseDigests(output: string): TableDigests | undefined {
  const found = [...output.matchAll(/^([0-9a-f]{64}) {2}-$/gm)].map((match) => match[1])
  if (found.length < tables.length) return undefined
  return Object.fromEntries(tables.map((table, index) => [table, found[index]])) as TableDigests
}
