import { makeHistory } from './history.ts'
import { makePeople, type BankAccount, type People } from './people.ts'
import { accountLine, bookingWriter, customerLine, tableHasher, wholeDigest } from './tables.ts'

/** The sizes by name: how many transfers. */
export const sizes = { small: 1_000, medium: 100_000, large: 1_000_000 } as const

const TRANSFERS_A_CUSTOMER = 20

/** Everything about a seed but its transfers, which are made again when they are loaded. */
export interface Plan {
  seed: string
  transfers: number
  people: People
  /** Final balances by position of the account. */
  balances: number[]
  /** What the database says after loading. */
  digest: string
}

/** Goes through a seed once, without a database: what it will hold and with which digest. */
export function makePlan(seed: string, transfers: number, bank: BankAccount): Plan {
  const people = makePeople(seed, Math.max(2, Math.floor(transfers / TRANSFERS_A_CUSTOMER)), bank)
  const hasher = tableHasher()
  const balances: number[] = []
  const write = bookingWriter(people)
  for (const booking of makeHistory(seed, people, transfers, balances)) {
    const { transfer, entries } = write(booking)
    hasher.add('transfers', transfer)
    hasher.add('entries', entries)
  }
  for (const customer of people.customers) hasher.add('customers', customerLine(customer))
  for (const [position, balance] of balances.entries())
    hasher.add('accounts', accountLine(people, position, balance))
  return { seed, transfers, people, balances, digest: wholeDigest(hasher.digests()) }
}
