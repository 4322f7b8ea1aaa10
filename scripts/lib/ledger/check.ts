import { messageOf } from '../errors.ts'
import type { Check } from '../report.ts'
import type { Head, Heads } from './heads.ts'
import {
  damagedEntries,
  judgeBooks,
  LEDGER_CHECKS,
  sizeOf,
  type Damage,
  type Judgement,
  type LedgerCheckName,
  type Part,
  type Parts,
} from '../../../services/api/src/ledger/audit-judge.ts'
import { auditScript } from '../../../services/api/src/ledger/audit-queries.ts'

/** Runs a script of SQL as the superuser and returns the first column of what it prints, a row a line. */
export type RunSql = (script: string) => Promise<string>

/** What the books are found to be. */
export interface Audit {
  checks: Check[]
  /** Damaged entries, the one that was booked first in front. */
  damaged: Damage[]
  /** The last entry of every account, if asked for. */
  heads: Heads | undefined
}

/** How many findings of a kind are shown; the rest is counted. */
const SHOWN = 10

interface SinceRow {
  account: string
  sequence: number
  missing: boolean
}

interface Printed extends Partial<Parts> {
  heads?: Part<Head>
  since?: Part<SinceRow>
}

const number = (value: number) => value.toLocaleString('en')

function parse(output: string): Printed {
  const parts = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { kind: string })
  return Object.fromEntries(parts.map((part) => [part.kind, part]))
}

/** What to do first when a check fails; the README says more. */
const remedies = {
  totals: 'the other checks that fail say in which account or transfer',
  transfers: 'find out who wrote past the triggers, and when those transfers were made',
  balances: 'compare these accounts with what the chain says of them',
  chain: 'the first one named was booked first: find out who could write past the triggers since then',
  since: 'was the bank seeded anew since then? Then save a new file; else the books were rewritten',
} as const

/** A check that passes if nothing was found and all was read, else shows the first findings and counts the rest. */
function checkOf(
  { name, verdict, count, findings }: Omit<Judgement, 'name'> & { name: keyof typeof remedies },
  good: string,
): Check {
  if (verdict === 'passed') return { name, verdict, evidence: good }
  if (verdict === 'could_not_verify') return { ...notRead('not all books were read'), name }
  const remedy = `${remedies[name]}. Mend nothing by hand: README.md, "The ledger check fails"`
  const shown = findings.slice(0, SHOWN).map(({ what }) => what)
  const more = count > shown.length ? [`and ${number(count - shown.length)} more`] : []
  return { name, verdict, evidence: [...shown, ...more].join('\n      '), remedy }
}

function sinceFinding({ account, sequence, missing }: SinceRow): string {
  const what = missing
    ? 'is missing: the chain was shortened'
    : 'has another hash: it or one before was rewritten'
  return `account ${account}, sequence ${sequence} ${what}`
}

/** Whether as much is there as was: nothing is ever removed from the books. */
function judgeSince(since: Heads, read: Printed): Omit<Judgement, 'name'> & { name: 'since' } {
  const findings = (read.since?.rows ?? []).map((row) => ({ what: sinceFinding(row) }))
  const now = sizeOf(read)
  const before = since.totals.reduce((sum, row) => sum + row.entries, 0)
  const fewer = (then: number, is: number, what: string) =>
    is < then ? [{ what: `${number(then)} ${what} then, ${number(is)} now` }] : []
  const gone = [
    ...(read.totals ? fewer(before, now.entries, 'entries') : []),
    ...(read.transfers ? fewer(since.transfers, now.transfers, 'transfers') : []),
  ]
  const count = (read.since?.count ?? 0) + gone.length
  const isWhole = read.since && read.totals && read.transfers
  const verdict = count > 0 ? 'failed' : isWhole ? 'passed' : 'could_not_verify'
  return { name: 'since', verdict, count, findings: [...findings, ...gone] }
}

/**
 * Audits the books in one snapshot: totals, transfers with their postings, balances, and the hash chain of every
 * account, computed anew.
 * @param run reads the database as somebody who may read every table
 * @param options.since heads that must still be in their chains
 * @param options.heads whether the result has the heads as they are now
 * @throws what `run` throws
 */
export async function audit(run: RunSql, options: { since?: Heads; heads?: boolean } = {}): Promise<Audit> {
  const { since, heads: wanted = false } = options
  const output = await run(
    auditScript({ heads: wanted, since: since === undefined ? undefined : JSON.stringify(since.heads) }),
  )
  const parts = parse(output)
  const { totals, heads } = parts
  const { accounts, entries, transfers } = sizeOf(parts)
  const currencies = totals?.rows.map(({ currency }) => currency ?? 'none').join(', ')
  const good: Record<LedgerCheckName, string> = {
    totals: `all accounts together hold nothing (${currencies ?? ''})`,
    transfers: `each of ${number(transfers)} has its two postings and no other`,
    balances: `each of ${number(accounts)} accounts holds what its entries sum to and end at`,
    chain: `${number(entries)} entries follow each other without a gap, each with the right hash`,
  }
  const checks = judgeBooks(parts).map((judgement) => checkOf(judgement, good[judgement.name]))
  if (since !== undefined) {
    const held = `${number(since.heads.length)} heads of ${since.savedAt} are where they were`
    checks.push(checkOf(judgeSince(since, parts), held))
  }
  return {
    checks,
    damaged: damagedEntries(parts),
    heads: heads && {
      savedAt: new Date().toISOString(),
      totals: (totals?.rows ?? []).map(({ currency, balances, entries }) => ({
        currency: currency ?? '',
        balances: balances ?? '0',
        entries,
      })),
      transfers,
      heads: heads.rows,
    },
  }
}

/** What is reported when the books can't be read. */
export function notAudited(error: unknown): Check[] {
  return LEDGER_CHECKS.map((name) => ({ ...notRead(messageOf(error)), name }))
}

const notRead = (evidence: string) => ({
  verdict: 'could not verify' as const,
  evidence,
  remedy: './dway status shows what runs',
})
