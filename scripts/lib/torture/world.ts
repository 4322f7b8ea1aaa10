import type { Random } from '../seed/random.ts'
import { seededRandom } from '../seed/random.ts'

/** Where the customers of every run have their e-mail addresses: nothing is ever sent there. */
export const EMAIL_DOMAIN = 'torture.invalid'

/** How many customers with one account each pay each other; the first of these accounts is the hot one. */
export const OPEN = 16
/** How many customers move money only among accounts of their own, so that theirs must always add up. */
export const CLOSED = 4
/** How many accounts each of those has. */
export const OWN = 4

export const accountCount = OPEN + CLOSED * OWN

/** What else is done with a key whose first request was sent. */
export type Repeat = 'none' | 'again' | 'at once' | 'other body'

/** A transfer that is to be sent; accounts are given by their position. */
export interface Operation {
  kind: 'random' | 'ring' | 'hot' | 'own' | 'large' | 'impossible' | 'nobody' | 'itself'
  from: number
  /** Undefined for an account number that nobody has. */
  to: number | undefined
  amount: number
  repeat: Repeat
  /** How often an unknown outcome is asked for at once; after that it is left until the end. */
  retries: number
  /** Whether it is previewed before, which must leave no trace. */
  previews: boolean
  /** Whether an operator takes it back if it was acknowledged. */
  reverses: boolean
}

const kinds: [Operation['kind'], number][] = [
  ['random', 24],
  ['ring', 24],
  ['hot', 26],
  ['own', 14],
  ['large', 6],
  ['impossible', 3],
  ['nobody', 2],
  ['itself', 1],
]

const repeats: [Repeat, number][] = [
  ['none', 84],
  ['again', 8],
  ['at once', 6],
  ['other body', 2],
]

function weighted<T>(random: Random, choices: readonly [T, number][]): T {
  let left = random.below(choices.reduce((sum, [, weight]) => sum + weight, 0))
  for (const [value, weight] of choices) {
    if (left < weight) return value
    left -= weight
  }
  throw new RangeError('no choice was weighed')
}

/** The operation of a number: the same for the same seed, whoever carries it out and when. */
export function operation(seed: number, number: number): Operation {
  const random = seededRandom(`torture ${seed} ${number}`)
  const kind = weighted(random, kinds)
  const shape = {
    kind,
    amount: 1 + random.below(4000),
    repeat: weighted(random, repeats),
    retries: random.below(3),
    previews: random.below(100) < 3,
    reverses: random.below(100) < 3,
  }
  const one = random.below(OPEN)
  const another = (one + 1 + random.below(OPEN - 1)) % OPEN
  switch (kind) {
    case 'random':
      return { ...shape, from: one, to: another }
    case 'ring': {
      // Both ways round, so that neighbours lock each other's accounts crosswise.
      const next = (one + 1) % OPEN
      return random.below(2) === 0 ? { ...shape, from: one, to: next } : { ...shape, from: next, to: one }
    }
    case 'hot': {
      const other = 1 + random.below(OPEN - 1)
      return random.below(5) < 3 ? { ...shape, from: other, to: 0 } : { ...shape, from: 0, to: other }
    }
    case 'own': {
      const first = OPEN + random.below(CLOSED) * OWN
      const from = random.below(OWN)
      return { ...shape, from: first + from, to: first + ((from + 1 + random.below(OWN - 1)) % OWN) }
    }
    case 'large':
      return { ...shape, from: one, to: another, amount: 40_000 + random.below(80_000) }
    case 'impossible':
      return { ...shape, from: one, to: another, amount: 50_000_000_000 }
    case 'nobody':
      return { ...shape, from: one, to: undefined }
    case 'itself':
      return { ...shape, from: one, to: one }
  }
}
