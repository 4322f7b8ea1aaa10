import { UserError } from '../errors.ts'
import { browserHeaders, type FrontDoor } from '../front-door.ts'
import { HttpsClient } from '../https-client.ts'
import type { Progress } from '../steps.ts'
import { accountId, type Client } from './clients.ts'
import { DAYS, ensureLongAccounts, HISTORIAN, LONG, SHORT, type LongAccount } from './long-accounts.ts'
import { inTurns, median, rounded, type Finding, type Measure } from './measure.ts'

const REQUESTS = 100
const WARM_UP_REQUESTS = 10
const LONGEST_PAGE = 100
const PAGE = 50
const MOST = 2
const DAY_MS = 86_400_000

interface Page {
  entries: unknown[]
  nextCursor: string | null
}

/** Asks for pages of the history over one connection that is kept alive. */
class Reader {
  readonly #https: HttpsClient
  readonly #headers: Record<string, string>

  constructor(door: FrontDoor, client: Client) {
    this.#https = new HttpsClient(door, 1)
    this.#headers = browserHeaders(door, client.sessionId)
  }

  /** @throws UserError for any other answer than a page */
  async page({ position }: LongAccount, query: Record<string, string>): Promise<Page> {
    const path = `/api/accounts/${accountId(position)}/entries?${new URLSearchParams(query).toString()}`
    const { status, text } = await this.#https.ask(path, { headers: this.#headers })
    if (status !== 200) throw new UserError(`the history was not read: ${status} ${text}`)
    return JSON.parse(text) as Page
  }

  /** How many milliseconds a full page takes. */
  async time(account: LongAccount, query: Record<string, string>): Promise<number> {
    const started = performance.now()
    const { entries } = await this.page(account, { limit: String(PAGE), ...query })
    const took = performance.now() - started
    if (entries.length !== PAGE) throw new UserError(`a page of the history has ${entries.length} entries`)
    return took
  }

  /** The cursor in the middle of the entries, which is found by walking there. */
  async middle(account: LongAccount, progress: Progress): Promise<string> {
    let cursor: string | null = null
    for (let passed = 0; passed < account.entries / 2; passed += LONGEST_PAGE) {
      const query: Record<string, string> = cursor === null ? {} : { cursor }
      const page = await this.page(account, { limit: String(LONGEST_PAGE), ...query })
      cursor = page.nextCursor
      if (cursor === null) throw new UserError('the history ends before its middle')
      if (passed % 10_000 === 0) progress.now(`walking to the middle: ${rounded(passed)} entries`)
    }
    return cursor ?? ''
  }

  close(): void {
    this.#https.close()
  }
}

/** A page of an account with a million entries against one of an account with a thousand. */
export const history: Measure = async ({ door, clients }, progress) => {
  progress.now(`booking ${rounded(LONG.entries)} transfers, unless they are there`)
  await ensureLongAccounts([SHORT, LONG])
  const client = clients[HISTORIAN]
  if (!client) throw new RangeError('the history has no client')
  const reader = new Reader(door, client)
  const compare = async (name: string, ofLong: Record<string, string>, ofShort: Record<string, string>) => {
    const turns = (times: number) =>
      inTurns(
        times,
        () => reader.time(LONG, ofLong),
        () => reader.time(SHORT, ofShort),
      )
    progress.now(name)
    await turns(WARM_UP_REQUESTS)
    const { first, second } = await turns(REQUESTS)
    return finding(name, first, second)
  }
  try {
    const cursors = { long: await reader.middle(LONG, progress), short: await reader.middle(SHORT, progress) }
    const day = (share: number) => new Date(Date.now() - share * DAYS * DAY_MS).toISOString().slice(0, 10)
    const period = { from: day(0.75), to: day(0.5) }
    return [
      await compare('history, first page', {}, {}),
      await compare('history, from the middle', { cursor: cursors.long }, { cursor: cursors.short }),
      await compare('history, by days', period, period),
    ]
  } finally {
    reader.close()
  }
}

function finding(measure: string, long: readonly number[], short: readonly number[]): Finding {
  const ratio = median(long) / median(short)
  const result = `${rounded(median(long))} ms of ${rounded(LONG.entries)}, ${rounded(median(short))} ms of ${rounded(SHORT.entries)}`
  return { measure, goal: `≤ ${MOST}`, result, ratio, met: ratio <= MOST }
}
