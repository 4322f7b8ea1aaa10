import { createHash } from 'node:crypto'

/** Numbers that look random and are the same for the same words. */
export interface Random {
  /** A whole number from 0 up to 2^32 - 1. */
  word(): number
  /** A whole number from 0 up to `limit` - 1. */
  below(limit: number): number
  pick<T>(values: readonly [T, ...T[]]): T
}

/** A generator of the "small fast counter" kind (sfc32), which is quick and passes the usual tests. */
export function seededRandom(words: string): Random {
  const state = createHash('sha256').update(words).digest()
  let a = state.readInt32LE(0)
  let b = state.readInt32LE(4)
  let c = state.readInt32LE(8)
  let counter = 1
  const word = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  const below = (limit: number) => Math.floor((word() / 2 ** 32) * limit)
  // The first numbers still resemble the state.
  for (let round = 0; round < 12; round += 1) word()
  return { word, below, pick: (values) => values[below(values.length)] ?? values[0] }
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')

/** A UUID of version 7: it begins with the time, so that ids sort in the order of time. */
export function uuidAt(milliseconds: number, random: Random): string {
  const time = hex(milliseconds, 12)
  const [first, second, third] = [random.word(), random.word(), random.word()]
  const variant = hex(0x8000 | (first & 0x3fff), 4)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(first >>> 20, 3)}-${variant}-${hex(second, 8)}${hex(third & 0xffff, 4)}`
}
