import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError, UserError } from '../errors.ts'
import { readSecret } from '../secrets.ts'
import { lastLine } from '../shell.ts'
import { silent, withForward } from './forward.ts'
import type { LogRecord } from './print.ts'
import type { Search } from './store.ts'

/** A line as Elasticsearch keeps it. */
export interface Hit {
  _id: string
  _source: {
    '@timestamp': string
    message: string
    kubernetes: Record<string, string>
    line?: Record<string, unknown>
  }
}

interface Found {
  hits: { total: { value: number }; hits: Hit[] }
  error?: { root_cause?: { reason?: string }[]; reason?: string }
}

/** How to reach it, and as whom. */
export interface Elasticsearch {
  origin: string
  authorization: string
}

/**
 * Opens a way to Elasticsearch while `work` runs.
 * @throws UserError if this profile has no store, or if its pod does not run
 */
export async function withElasticsearch<T>(work: (store: Elasticsearch) => Promise<T>): Promise<T> {
  const { username = '', password = '' } = await readSecret('elasticsearch-login')
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return withForward('elasticsearch-0', 9200, (origin) => work({ origin, authorization }))
}

async function ask({ origin, authorization }: Elasticsearch, body: object): Promise<Found> {
  let answer: Response
  try {
    answer = await fetch(`${origin}/dwaybank-*/_search`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  } catch (error) {
    const { cause = error } = error as Error
    throw new UserError(silent(lastLine(cause)), { cause: error, remedy: './dway status shows what runs' })
  }
  const found = (await answer.json()) as Found
  if (answer.ok) return found
  const { root_cause: [first] = [], reason = '' } = found.error ?? {}
  const why = (first?.reason ?? reason).replaceAll(/\s+/g, ' ')
  throw answer.status === 400 ? new UsageError(why) : new UserError(silent(`${answer.status} ${why}`))
}

/** In Lucene's query language; words without a field are looked for in the whole line. */
const matching = (query: string, since: number | undefined) => ({
  bool: {
    must: { query_string: { query, default_field: 'message', default_operator: 'AND' } },
    ...(since !== undefined && {
      filter: { range: { '@timestamp': { gte: new Date(since).toISOString() } } },
    }),
  },
})

const byTime = (order: 'asc' | 'desc') => [{ '@timestamp': order }, { offset: order }]

function flatten(prefix: string, value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null)
    return [[prefix, typeof value === 'string' ? value : JSON.stringify(value)]]
  return Object.entries(value).flatMap(([name, inner]) => flatten(prefix ? `${prefix}.${name}` : name, inner))
}

/** A line as VictoriaLogs would give it, so that both look the same. */
export function recordOf({ _source: { '@timestamp': time, message, kubernetes, line } }: Hit): LogRecord {
  const { msg = 'request', ...fields } = line ?? { msg: message }
  return Object.fromEntries([
    ['_time', time],
    ...flatten('_msg', msg),
    ...flatten('kubernetes', kubernetes),
    ...flatten('', fields),
  ])
}

/**
 * What the store finds, the oldest first.
 * @throws UsageError if the store doesn't understand the query
 */
export async function searchElasticsearch(
  store: Elasticsearch,
  { query, limit, since }: Search,
): Promise<LogRecord[]> {
  const start = since === undefined ? undefined : Date.now() - since
  const found = await ask(store, { query: matching(query, start), size: limit, sort: byTime('desc') })
  return found.hits.hits.reverse().map(recordOf)
}

/** How many lines it has that match. */
export async function countElasticsearch(store: Elasticsearch, query: string): Promise<number> {
  const found = await ask(store, { query: matching(query, undefined), size: 0, track_total_hits: true })
  return found.hits.total.value
}

/** How long a line may be under way to the store. */
const UNDER_WAY_MS = 15_000
const EVERY_MS = 1000
/** The most that the store gives at once. */
const MOST = 10_000

/**
 * Gives lines as the store gets them, without an end.
 * @param since how far back to begin, in milliseconds
 * @throws UsageError if the store doesn't understand the query
 */
export async function* followElasticsearch(
  store: Elasticsearch,
  query: string,
  since = 0,
): AsyncGenerator<LogRecord> {
  let given = new Set<string>()
  let start = Date.now() - since
  for (;;) {
    const { hits } = (await ask(store, { query: matching(query, start), size: MOST, sort: byTime('asc') }))
      .hits
    for (const hit of hits) if (!given.has(hit._id)) yield recordOf(hit)
    given = new Set(hits.map(({ _id }) => _id))
    const last = hits.at(-1)
    // What is late is looked for again; what was given is known.
    const late = Date.now() - UNDER_WAY_MS
    const newest = last === undefined ? start : Date.parse(last._source['@timestamp'])
    start = Math.max(start, hits.length === MOST ? newest : Math.min(newest, late))
    await sleep(hits.length === MOST ? 0 : EVERY_MS)
  }
}
