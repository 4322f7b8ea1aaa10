import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { UsageError } from './errors.ts'

/** The flags of a verb, by name without dashes: text for those that take a value, true for those that don't. */
export type Flags = Record<string, string | boolean | undefined>

/**
 * The flags that a help text describes: lines that begin with two spaces, the flag, and perhaps a value's name.
 * @returns by a flag's name without dashes, what the help calls its value; undefined for a flag without one
 */
function flagsOfHelp(help: string): Map<string, string | undefined> {
  const flags = new Map<string, string | undefined>()
  for (const line of help.split('\n')) {
    const [, flag, value] = /^ {2}--([a-z-]+)(?: ([A-Z]+))?(?: |$)/.exec(line) ?? []
    if (flag) flags.set(flag, value)
  }
  return flags
}

/** The comment at the head of a script, which is its help text. */
export function helpOf(scriptUrl: string): string {
  const lines: string[] = []
  for (const line of fs.readFileSync(fileURLToPath(scriptUrl), 'utf8').split('\n')) {
    if (!line.startsWith('//')) break
    lines.push(line.replace(/^\/\/ ?/, ''))
  }
  return lines.join('\n')
}

/**
 * The words that a verb was called with, checked against its own help text.
 * @param options.words how many words besides flags the verb takes at most; none if not given
 * @throws UsageError for a flag that the help does not name, for a value that is missing, or for a word too many
 */
export function readArgs(
  scriptUrl: string,
  options: { words?: number; args?: string[] } = {},
): { flags: Flags; words: string[] } {
  const { words: most = 0, args = process.argv.slice(2) } = options
  const known = flagsOfHelp(helpOf(scriptUrl))
  const { values, positionals, tokens } = parseArgs({
    args,
    options: Object.fromEntries(
      [...known].map(([name, value]) => [name, { type: value ? 'string' : 'boolean' }] as const),
    ),
    allowPositionals: true,
    // What is wrong is said below, in the words of the help.
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    if (!known.has(name)) throw new UsageError(`'${rawName}' is not a flag: see --help`)
    const wanted = known.get(name)
    // A flag in its place is none, but a negative number may be meant.
    if (wanted && (value === undefined || (!inlineValue && value.startsWith('--'))))
      throw new UsageError(`${rawName} needs a value: ${rawName} ${wanted}`)
    if (!wanted && value !== undefined) throw new UsageError(`${rawName} takes no value: see --help`)
  }
  const [tooMany] = positionals.slice(most)
  if (tooMany !== undefined)
    throw new UsageError(`'${tooMany}' is ${most === 0 ? 'not a flag' : 'a word too many'}: see --help`)
  return { flags: values, words: positionals }
}

/** A flag that must be one of the given values. */
export function choice<T extends string>(flags: Flags, name: string, allowed: readonly T[], otherwise: T): T {
  const value = flags[name] ?? otherwise
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) {
    throw new UsageError(`--${name} is '${String(value)}', but it must be one of ${allowed.join(', ')}`)
  }
  return found
}

/** No verb has a use for more. */
const MOST = 1_000_000_000

/** A flag that must be a whole number of at least `least` and at most `most`. */
export function wholeNumber(flags: Flags, name: string, otherwise: number, least = 0, most = MOST): number {
  const value = flags[name]
  if (value === undefined) return otherwise
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : NaN
  if (!(number >= least && number <= most)) {
    const range = most === MOST && !(number > most) ? `of at least ${least}` : `from ${least} to ${most}`
    throw new UsageError(`--${name} is '${String(value)}', but it must be a whole number ${range}`)
  }
  return number
}
