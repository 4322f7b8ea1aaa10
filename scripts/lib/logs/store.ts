import { once } from 'node:events'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import { UsageError, UserError } from '../errors.ts'
import { lastLine } from '../shell.ts'
import { silent, withForward } from './forward.ts'
import type { LogRecord } from './print.ts'
import { isPlain } from './words.ts'

/**
 * Opens a way to VictoriaLogs while `work` runs.
 * @throws UserError if this profile has no store, or if its pod does not run
 */
export function withStore<T>(work: (origin: string) => Promise<T>): Promise<T> {
  return withForward('victorialogs-0', 9428, work)
}

/** Asks the store and gives its answer line by line, for as long as it goes on. */
async function* ask(origin: string, path: string, parameters: Record<string, string>) {
  const request = http.get(`${origin}${path}?${new URLSearchParams(parameters).toString()}`)
  let response: http.IncomingMessage
  try {
    ;[response] = (await once(request, 'response')) as [http.IncomingMessage]
  } catch (error) {
    throw new UserError(silent(lastLine(error)), { cause: error, remedy: './dway status shows what runs' })
  }
  if (response.statusCode !== 200) {
    const why = (await text(response)).trim().replaceAll(/\s+/g, ' ')
    throw response.statusCode === 400 ? new UsageError(why) : new UserError(silent(why))
  }
  response.setEncoding('utf8')
  let rest = ''
  try {
    for await (const text of response as AsyncIterable<string>) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      yield* lines.filter((line) => line !== '')
    }
  } catch (error) {
    throw new UserError(`the logs end here: ${lastLine(error)}`, { cause: error })
  }
}

/** How a query is to be answered. */
export interface Search {
  /** In LogsQL. */
  query: string
  /** Takes the newest, no more than that many. */
  limit: number
  /** Looks that far back, in milliseconds; into everything if not given. */
  since?: number | undefined
}

/**
 * What the store finds, as its own lines of JSON: the oldest first, or in the query's own order if it makes one.
 * @throws UsageError if the store doesn't understand the query
 */
export async function search(origin: string, { query, limit, since }: Search): Promise<string[]> {
  const start = since === undefined ? {} : { start: new Date(Date.now() - since).toISOString() }
  const parameters = { query, limit: String(limit), ...start }
  const lines: string[] = []
  for await (const line of ask(origin, '/select/logsql/query', parameters)) lines.push(line)
  return isPlain(query) ? lines.reverse() : lines
}

/** What `search` finds, read. */
export async function searchRecords(origin: string, wanted: Search): Promise<LogRecord[]> {
  return (await search(origin, wanted)).map((line) => JSON.parse(line) as LogRecord)
}

/** How long a line may be under way: from the node to the agent, and from there to the store's disk. */
const UNDER_WAY_MS = 3000

/**
 * Gives lines as the store gets them, until it ends the connection.
 * @param since how far back to begin, in milliseconds
 * @throws UsageError if the query can't be followed, as one that counts
 */
export function follow(origin: string, query: string, since = 0): AsyncGenerator<string> {
  const parameters = { query, start_offset: `${since + UNDER_WAY_MS}ms`, offset: `${UNDER_WAY_MS}ms` }
  return ask(origin, '/select/logsql/tail', parameters)
}
