import pg from 'pg'
import type { Pool, PoolClient } from 'pg'
import { withClient } from '../db/pool.ts'
import { Unavailable } from '../errors.ts'
import { judgeBooks, sizeOf, type Judgement, type Parts } from './audit-judge.ts'
import { AUDIT_SNAPSHOT, auditParts } from './audit-queries.ts'

/** Where something was found. */
export interface Place {
  account?: string
  sequence?: number
  transferId?: string
  currency?: string
}

export interface CheckResult extends Pick<Judgement, 'name' | 'verdict'> {
  /** How many findings there are; `examples` are the first. */
  findings: number
  examples: Place[]
}

export interface LedgerCheck {
  checkedAt: string
  accounts: number
  entries: number
  transfers: number
  checks: CheckResult[]
}

/** Less than a request may take. `./dway ledger check` reads the same books without a limit. */
const LIMIT_MS = 9000
const EXAMPLES = 10

/** Any number will do, as long as nothing else in the database takes the same advisory lock. */
const CHECK_LOCK = 4_201_970

/** How the api reads: once at a time for all pods, and beside customers, whose memory it is too. */
const WORK_MEM = "set local work_mem = '16MB'"

/** Makes the check of the whole ledger; who asks while one is under way in this pod gets its result. */
export function createLedgerCheck(pool: Pool, limitMs = LIMIT_MS): () => Promise<LedgerCheck> {
  let running: Promise<LedgerCheck> | undefined
  return () => {
    running ??= checkLedger(pool, limitMs).finally(() => (running = undefined))
    return running
  }
}

async function checkLedger(pool: Pool, limitMs: number): Promise<LedgerCheck> {
  const checkedAt = new Date().toISOString()
  const parts = await withClient(pool, (client) => readBooks(client, performance.now() + limitMs))
  return { checkedAt, ...sizeOf(parts), checks: judgeBooks(parts).map(resultOf) }
}

/**
 * Reads the books in one snapshot, as far as the time allows.
 * @throws {Unavailable} audit, while another pod reads them.
 */
async function readBooks(client: PoolClient, deadline: number): Promise<Partial<Parts>> {
  const parts: Partial<Record<string, unknown>> = {}
  try {
    for (const statement of [...AUDIT_SNAPSHOT, WORK_MEM]) await client.query(statement)
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(${CHECK_LOCK}) as mine`,
    )
    if (!rows[0]?.mine) throw new Unavailable('audit')
    for (const text of auditParts()) {
      const left = Math.ceil(deadline - performance.now())
      if (left <= 0) break
      await client.query(`set local statement_timeout = ${left}`)
      // Beyond the pool's own patience, and a second more than the server's.
      const { rows } = await client.query<{ line: string }>(within(text, left + 1000))
      const part = JSON.parse(Object.values(rows[0] ?? {})[0] ?? '{}') as { kind: string }
      parts[part.kind] = part
    }
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === QUERY_CANCELED)) throw error
  } finally {
    // When it fails too, the connection is lost and the server rolls back by itself.
    await client.query('rollback').catch(() => undefined)
  }
  return parts
}

const QUERY_CANCELED = '57014'

/** node-postgres takes the limit of one query too, which its types don't know. */
function within(text: string, milliseconds: number): pg.QueryConfig {
  return Object.assign({ text }, { query_timeout: milliseconds })
}

/** What an operator is told: places, which the page has words for in their language. */
function resultOf({ name, verdict, count, findings }: Judgement): CheckResult {
  const examples = findings.slice(0, EXAMPLES).map(({ what: _, sequence, ...place }) => ({
    ...place,
    ...(typeof sequence === 'number' && { sequence }),
  }))
  return { name, verdict, findings: count, examples }
}
