import fs from 'node:fs'
import path from 'node:path'
import { messageOf, UserError } from '../errors.ts'

/** The last entry of an account: its hash stands for all entries up to it. */
export interface Head {
  /** The account's id. */
  id: string
  /** Its number. */
  account: string
  sequence: number
  /** In hexadecimal digits. */
  hash: string
}

/** What the books held at some time. */
export interface Heads {
  savedAt: string
  /** What all accounts of a currency held together, and how many entries they had. */
  totals: { currency: string; balances: string; entries: number }[]
  transfers: number
  heads: Head[]
}

/**
 * Makes sure that heads can be written, before all books are read for them.
 * @throws UserError if not
 */
export function requireWritable(file: string): void {
  try {
    fs.accessSync(path.dirname(file), fs.constants.W_OK)
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`, { cause: error })
  }
}

function isHead(value: unknown): value is Head {
  if (typeof value !== 'object' || value === null) return false
  const { id, account, sequence, hash } = value as Partial<Record<keyof Head, unknown>>
  return (
    typeof id === 'string' &&
    /^[0-9a-f-]{36}$/.test(id) &&
    typeof account === 'string' &&
    Number.isSafeInteger(sequence) &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash)
  )
}

/**
 * Reads what `writeHeads` wrote.
 * @throws UserError if the file cannot be read or holds something else
 */
export function readHeads(file: string): Heads {
  try {
    return parseHeads(
      fs.readFileSync(file, 'utf8'),
      `${file} holds no heads that ./dway ledger check --save wrote`,
    )
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${file} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

/** @throws UserError with the words of `otherwise` if the text is something else */
export function parseHeads(text: string, otherwise: string): Heads {
  let value: Partial<Heads> | null
  try {
    value = JSON.parse(text) as Partial<Heads> | null
  } catch (error) {
    throw new UserError(`${otherwise}: ${messageOf(error)}`, { cause: error })
  }
  const { savedAt, totals, transfers, heads } = value ?? {}
  if (
    typeof savedAt !== 'string' ||
    !Number.isSafeInteger(transfers) ||
    !Array.isArray(totals) ||
    !Array.isArray(heads) ||
    !heads.every(isHead)
  )
    throw new UserError(otherwise)
  return value as Heads
}

/**
 * Writes heads to a file, whole or not at all.
 * @throws UserError if it cannot be written
 */
export function writeHeads(file: string, heads: Heads): void {
  const { heads: each, ...rest } = heads
  // A line an account: files of two days are compared by diff.
  const lines = each.map((head) => `    ${JSON.stringify(head)}`).join(',\n')
  const text = `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "heads": [\n${lines}\n  ]\n}\n`
  try {
    fs.writeFileSync(`${file}.new`, text)
    fs.renameSync(`${file}.new`, file)
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`, { cause: error })
  }
}
