/**
 * Whether a word is a query for the log store: what has anything in it that no service's name could have. The rest is a
 * service's name, if perhaps a misspelt one.
 */
export function isQuery(word: string): boolean {
  return !/^[A-Za-z0-9-]*$/.test(word)
}

const MILLISECONDS = { h: 3_600_000, m: 60_000, s: 1000 }

/** A duration like 30s or 1h30m in milliseconds; undefined if it is none. */
export function millisecondsOf(duration: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|m|s))+$/.test(duration)) return undefined
  return [...duration.matchAll(/([\d.]+)(h|m|s)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * MILLISECONDS[unit as 'h' | 'm' | 's'],
    0,
  )
}

/** Whether a query only selects lines: what it finds can then be put into the order of time. */
export function isPlain(query: string): boolean {
  return !query.replaceAll(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`[^`]*`/g, '').includes('|')
}
