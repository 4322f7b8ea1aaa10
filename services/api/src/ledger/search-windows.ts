/** How many entries a search looks at in one statement: few enough to end long before any timeout. */
const WINDOW = 5000

/** How long a request searches, before it answers with what it has found and where to go on. */
const SEARCH_MS = 1000

/** The numbers that a statement looks at, both left out. */
export interface Window {
  before: number
  after: number
  most: number
}

/** What a search found, and before which number it would go on. */
export interface Found<Row> {
  /** One more than asked for, if there is one. */
  rows: Row[]
  before: number
  isDone: boolean
}

/**
 * Reads downwards from `before` to `end`, both left out, until there are more than `limit`.
 * @param inWindows whether few of those it looks at may be found: then it looks window by window, for a second
 */
export async function readDownwards<Row>(
  { before, end, limit, inWindows }: { before: number; end: number; limit: number; inWindows: boolean },
  read: (window: Window) => Promise<Row[]>,
): Promise<Found<Row>> {
  const deadline = performance.now() + SEARCH_MS
  const rows: Row[] = []
  let next = before
  do {
    const after = inWindows ? Math.max(end, next - 1 - WINDOW) : end
    rows.push(...(await read({ before: next, after, most: limit + 1 - rows.length })))
    next = after + 1
  } while (rows.length <= limit && next > end + 1 && performance.now() < deadline)
  return { rows, before: next, isDone: rows.length <= limit && next <= end + 1 }
}
