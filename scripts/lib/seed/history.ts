import { WELCOME_CREDIT } from '../../../services/api/src/ledger/bank.ts'
import { JOINING_UNTIL, slot, type People } from './people.ts'
import { seededRandom, uuidAt } from './random.ts'

/** One transfer with both balances after it; accounts are positions in `People.accounts`. */
export interface Booking {
  id: string
  from: number
  to: number
  amount: number
  reference: string
  /** Whole seconds since 1970. */
  createdAt: number
  fromBalance: number
  toBalance: number
}

const BANK = 0
const HISTORY_UNTIL = Date.UTC(2026, 6, 1) / 1000

// prettier-ignore
const references = [
  'Rent', 'Groceries', 'Dinner on Friday', 'Electricity', 'Tickets', 'Thank you!', 'Half of the hotel', 'Insurance',
  'Books', 'Birthday present', 'Internet', 'Bicycle repair', 'Kindergarten', 'Invoice 4711', 'Coffee', '',
] as const

const LEAST = 50
const salary = (random: { below(limit: number): number }) => 150_000 + random.below(300_000)

/**
 * The history of the seed in the order of time, one transfer after the other without keeping them: first the welcome
 * credit of everybody, then salaries from the bank's own account and transfers between people. No account but the
 * bank's own is ever overdrawn.
 * @param balances is filled with the balances, and holds the final ones when the history has ended
 */
export function* makeHistory(
  seed: string,
  people: People,
  transfers: number,
  balances: number[],
): Generator<Booking, void> {
  const random = seededRandom(`history of ${seed}`)
  balances.length = 0
  for (let account = 0; account < people.accounts.length; account += 1) balances.push(0)

  const book = (from: number, to: number, amount: number, reference: string, createdAt: number): Booking => {
    const fromBalance = (balances[from] ?? 0) - amount
    const toBalance = (balances[to] ?? 0) + amount
    balances[from] = fromBalance
    balances[to] = toBalance
    const id = uuidAt(createdAt * 1000, random)
    return { id, from, to, amount, reference, createdAt, fromBalance, toBalance }
  }

  const welcomed = firstAccounts(people)
  for (const { account, joined } of welcomed)
    yield book(BANK, account, WELCOME_CREDIT, 'Welcome to DwayBank', joined)

  const others = people.accounts.length - 1
  const rest = transfers - welcomed.length
  for (let index = 0; index < rest; index += 1) {
    const start = slot(JOINING_UNTIL, HISTORY_UNTIL, index, rest)
    const end = slot(JOINING_UNTIL, HISTORY_UNTIL, index + 1, rest)
    const createdAt = start + random.below(end - start)
    const from = 1 + random.below(others)
    const balance = balances[from] ?? 0
    if (balance < LEAST || random.below(16) === 0) {
      yield book(BANK, from, salary(random), 'Salary', createdAt)
      continue
    }
    // Another account than `from`, each as likely.
    const to = 1 + ((from + random.below(others - 1)) % others)
    // Small amounts are more likely than large ones.
    const amount = Math.min(balance, LEAST + Math.floor(10 ** (1 + random.below(4000) / 1000)))
    yield book(from, to, amount, random.pick(references), createdAt)
  }
}

/** The first account of every customer and when its owner joined. */
function firstAccounts({ accounts }: People): { account: number; joined: number }[] {
  const found: { account: number; joined: number }[] = []
  for (const [account, { customerId, createdAt }] of accounts.entries()) {
    if (customerId !== null && accounts[account - 1]?.customerId !== customerId) {
      found.push({ account, joined: createdAt })
    }
  }
  return found
}
