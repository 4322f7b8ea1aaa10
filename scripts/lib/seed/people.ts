import { withCheckDigits } from '../../../services/api/src/ledger/account-number.ts'
import { seededRandom, uuidAt } from './random.ts'

/** A person of the seed; times are whole seconds since 1970. */
export interface SeedCustomer {
  id: string
  email: string
  name: string
  role: 'customer' | 'operator'
  createdAt: number
}

/** An account of the seed; its balance is what the history leaves. */
export interface SeedAccount {
  id: string
  /** Nobody's: the bank's own. */
  customerId: string | null
  number: string
  name: string
  createdAt: number
}

export interface People {
  /** The last one is the operator, who has no account. */
  customers: SeedCustomer[]
  /** The first one is the bank's own account. */
  accounts: SeedAccount[]
}

/** The bank's own account as the migration made it. */
export interface BankAccount {
  id: string
  number: string
  name: string
}

// prettier-ignore
const givenNames = [
  'Ada', 'Aisha', 'Ana', 'Björn', 'Carlos', 'Chiara', 'Daniel', 'Elif', 'Emma', 'Farid', 'Freya', 'Giulia', 'Hana',
  'Ines', 'Jakub', 'Jelena', 'João', 'Kofi', 'Lena', 'Linh', 'Lucía', 'Maja', 'Marek', 'Mateo', 'Mei', 'Mira', 'Nils',
  'Noor', 'Olga', 'Pierre', 'Priya', 'Rosa', 'Samuel', 'Sofia', 'Tomás', 'Ursula', 'Viktor', 'Yusuf', 'Zoë', 'Zuzana',
] as const

// prettier-ignore
const familyNames = [
  'Almeida', 'Andersson', 'Bauer', 'Bianchi', 'Castillo', 'Chen', 'Demir', 'Dubois', 'Eriksen', 'Fischer', 'García',
  'Hansen', 'Horvat', 'Ibrahim', 'Jansen', 'Keller', 'Kowalski', 'Kumar', 'Laurent', 'Lindqvist', 'Mensah', 'Moreau',
  'Müller', 'Nguyen', 'Novák', 'Okafor', 'Öztürk', 'Papadakis', 'Petrov', 'Rossi', 'Sato', 'Silva', 'Svoboda', 'Tanaka',
  'Varga', 'Virtanen', 'Weber', 'Yılmaz', 'Zieliński', "O'Connor",
] as const

/** When the first person joined, and for how long people did. */
const JOINING_FROM = Date.UTC(2025, 5, 1) / 1000
export const JOINING_UNTIL = Date.UTC(2025, 6, 1) / 1000

/** Who may do at the bank what no customer may. */
export const OPERATOR_EMAIL = 'operator@dwaybank.example'

/** Lower-case ASCII, for the part of an e-mail address before the @. */
function asciiOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll('ı', 'i').replaceAll('ł', 'l')
  return plain.toLowerCase().replace(/[^a-z]/g, '')
}

/** The n-th account number: all are different, and neighbours don't look alike. None is in the bank's own range. */
function accountNumber(index: number): string {
  return withCheckDigits(String(10_000_000 + ((index * 48_271) % 90_000_000)))
}

/** The first second of the n-th of `count` equal parts of a span. */
export function slot(from: number, until: number, index: number, count: number): number {
  return from + Math.floor(((until - from) / count) * index)
}

/** Makes people and their accounts: every customer has a current account, two in five a savings account too. */
export function makePeople(seed: string, count: number, bank: BankAccount): People {
  const random = seededRandom(`people of ${seed}`)
  const customers: SeedCustomer[] = []
  const accounts: SeedAccount[] = [{ ...bank, customerId: null, createdAt: JOINING_FROM - 1 }]
  for (let index = 0; index < count; index += 1) {
    const createdAt = slot(JOINING_FROM, JOINING_UNTIL, index, count)
    const [given, family] = [random.pick(givenNames), random.pick(familyNames)]
    const email = `${asciiOf(given)}.${asciiOf(family)}.${index + 1}@dwaybank.example`
    const id = uuidAt(createdAt * 1000, random)
    customers.push({ id, email, name: `${given} ${family}`, role: 'customer', createdAt })
    const names = random.below(5) < 2 ? ['Current account', 'Savings'] : ['Current account']
    for (const [order, name] of names.entries()) {
      const accountId = uuidAt(createdAt * 1000 + order + 1, random)
      const number = accountNumber(accounts.length)
      accounts.push({ id: accountId, customerId: id, number, name, createdAt })
    }
  }
  customers.push({
    id: uuidAt(JOINING_UNTIL * 1000, seededRandom(`operator of ${seed}`)),
    email: OPERATOR_EMAIL,
    name: 'Opal Operator',
    role: 'operator',
    createdAt: JOINING_UNTIL,
  })
  return { customers, accounts }
}
