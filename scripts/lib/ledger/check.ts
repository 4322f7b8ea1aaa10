import { messageOf } from '../errors.ts'
import type { Check } from '../report.ts'
import type { Head, Heads } from './heads.ts'
import { auditScript } from './queries.ts'

/** Runs a script of SQL as the superuser and returns the first column of what it prints, a row a line. */
export type RunSql = (script: string) => Promise<string>

/** An entry that isn't as it was booked. */
export interface Damage {
  /** The account's number. */
  account: string
  sequence: number | null
  what: string
}

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

interface Part<Row> {
  /** All there are; `rows` may be the first of them. */
  count: number
  rows: Row[]
}

interface Totals {
  currency: string | null
  balances: string | null
  posted: string
  entries: number
  accounts: number
}

interface BalanceRow {
  account: string
  balance: number | null
  total: string
  last: number
  what: 'unknown' | 'ends' | 'sum' | 'overdrawn'
}

interface EntryRow {
  id: number
  account: string
  sequence: number | null
}

interface LinkRow extends EntryRow {
  before_id: number | null
  before_sequence: number | null
  what: 'missing' | 'displaced' | 'changed' | 'jumps'
}

interface UnbalancedRow {
  transfer_id: string
  journalled: boolean
  postings: number
  unpaid: string | null
  unreceived: string | null
}

interface SinceRow {
  account: string
  sequence: number
  missing: boolean
}

interface Parts {
  totals: Part<Totals>
  transfers: Part<{ transfers: number }>
  balances: Part<BalanceRow>
  strays: Part<EntryRow & { transfer_id: string }>
  unbalanced: Part<UnbalancedRow>
  reversals: Part<{ transfer_id: string; reverses: string }>
  links: Part<LinkRow>
  heads?: Part<Head>
  since?: Part<SinceRow>
}

const number = (value: number) => value.toLocaleString('en')

function parse(output: string): Parts {
  const parts = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { kind: string })
  return Object.fromEntries(parts.map((part) => [part.kind, part])) as unknown as Parts
}

/** What to do first when a check fails; the README says more. */
const remedies = {
  totals: 'the other checks that fail say in which account or transfer',
  transfers: 'find out who wrote past the triggers, and when those transfers were made',
  balances: 'compare these accounts with what the chain says of them',
  chain: 'the first one named was booked first: find out who could write past the triggers since then',
  since: 'was the bank seeded anew since then? Then save a new file; else the books were rewritten',
} as const

/** A check that passes if nothing was found, else shows the first findings and counts the rest. */
function judge(
  name: keyof typeof remedies,
  good: string,
  findings: readonly string[],
  count = findings.length,
): Check {
  if (findings.length === 0) return { name, verdict: 'passed', evidence: good }
  const remedy = `${remedies[name]}. Mend nothing by hand: README.md, "The ledger check fails"`
  const shown = findings.slice(0, SHOWN)
  const more = count > shown.length ? [`and ${number(count - shown.length)} more`] : []
  return { name, verdict: 'failed', evidence: [...shown, ...more].join('\n      '), remedy }
}

const missing = (from: number, to: number) =>
  from === to ? 'it is missing' : `it and all up to sequence ${to} are missing`

/** What is said of an entry that doesn't continue its chain. */
function linkDamage({ account, sequence, before_sequence: before, what }: LinkRow): Damage {
  switch (what) {
    case 'missing': {
      const from = (before ?? 0) + 1
      return { account, sequence: from, what: missing(from, (sequence ?? 0) - 1) }
    }
    case 'displaced':
      return { account, sequence, what: 'it has no place in the chain' }
    case 'changed':
      return { account, sequence, what: 'its hash is wrong: it was changed, moved or put in' }
    case 'jumps':
      return { account, sequence, what: 'its balance does not continue the one before' }
  }
}

/** All damaged entries, each once. */
function damagedEntries({ links, strays, balances, unbalanced }: Parts): Damage[] {
  const found = new Map<string, Damage & { id: number }>()
  const add = (damage: Damage, id: number) => {
    const key = `${damage.account} ${String(damage.sequence)}`
    const known = found.get(key)
    if (known) known.what += `; ${damage.what}`
    else found.set(key, { ...damage, id })
  }
  // A missing one was booked after the one before it.
  for (const link of links.rows)
    add(linkDamage(link), link.what === 'missing' ? (link.before_id ?? 0) + 0.5 : link.id)
  for (const { account, sequence, transfer_id, id } of strays.rows)
    add({ account, sequence, what: `it is not what transfer ${transfer_id} agreed on` }, id)
  const linked = new Set(links.rows.map(({ account, sequence }) => `${account} ${String(sequence)}`))
  const unmatched = new Set(unbalanced.rows.flatMap(({ unpaid, unreceived }) => [unpaid, unreceived]))
  for (const { account, last, what } of balances.rows) {
    // Where the last one is damaged itself or follows a gap, the balance only says so too.
    if (what !== 'ends' || linked.has(`${account} ${last}`) || found.has(`${account} ${last}`)) continue
    const why = unmatched.has(account)
      ? 'it is missing'
      : "it is missing with its transfer, or the account's balance was changed"
    add({ account, sequence: last + 1, what: why }, Infinity)
  }
  return [...found.values()].sort((a, b) => a.id - b.id).map(({ id: _id, ...damage }) => damage)
}

function totalsFindings({ totals }: Parts): string[] {
  return totals.rows
    .filter(({ balances, posted }) => Number(balances) !== 0 || Number(posted) !== 0)
    .map(
      ({ currency, balances, posted }) =>
        `${currency ?? 'no currency'}: entries sum to ${posted} minor units, accounts hold ${balances ?? 'nothing'}`,
    )
}

function balanceFinding({ account, balance, total, last, what }: BalanceRow): string {
  switch (what) {
    case 'unknown':
      return `account ${account} is missing, but has entries`
    case 'ends':
      return `account ${account} states ${String(balance)} minor units, but ends otherwise at sequence ${last}`
    case 'sum':
      return `account ${account} states ${String(balance)} minor units, but its entries sum to ${total}`
    case 'overdrawn':
      return `account ${account} is overdrawn by ${Math.abs(balance ?? 0)} minor units and may not be`
  }
}

function transferFinding({ transfer_id, journalled, postings, unpaid, unreceived }: UnbalancedRow): string {
  if (!journalled) return `transfer ${transfer_id} is missing, but has ${postings} postings`
  const wrong = [unpaid, unreceived].filter((account) => account !== null)
  const at = wrong.length > 0 ? `: none that fits for account ${wrong.join(' and ')}` : ''
  return `transfer ${transfer_id} has ${postings} postings${at}`
}

function sinceFinding({ account, sequence, missing }: SinceRow): string {
  const what = missing
    ? 'is missing: the chain was shortened'
    : 'has another hash: it or one before was rewritten'
  return `account ${account}, sequence ${sequence} ${what}`
}

/** Whether as much is there as was: nothing is ever removed from the books. */
function sinceFindings(since: Heads, { totals, transfers, since: rows }: Parts): [string[], number] {
  const findings = (rows?.rows ?? []).map(sinceFinding)
  const entries = totals.rows.reduce((sum, row) => sum + row.entries, 0)
  const before = since.totals.reduce((sum, row) => sum + row.entries, 0)
  const fewer: string[] = []
  if (entries < before) fewer.push(`${number(before)} entries then, ${number(entries)} now`)
  const now = transfers.rows[0]?.transfers ?? 0
  if (now < since.transfers) fewer.push(`${number(since.transfers)} transfers then, ${number(now)} now`)
  return [[...findings, ...fewer], (rows?.count ?? 0) + fewer.length]
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
  const { totals, unbalanced, reversals, balances, links, strays, transfers, heads } = parts
  const damaged = damagedEntries(parts)
  const accounts = totals.rows.reduce((sum, row) => sum + row.accounts, 0)
  const entries = totals.rows.reduce((sum, row) => sum + row.entries, 0)
  const booked = transfers.rows[0]?.transfers ?? 0
  const currencies = totals.rows.map(({ currency }) => currency ?? 'none').join(', ')
  const more = Math.max(0, links.count - links.rows.length, strays.count - strays.rows.length)
  const checks = [
    judge('totals', `all accounts together hold nothing (${currencies})`, totalsFindings(parts)),
    judge(
      'transfers',
      `each of ${number(booked)} has its two postings and no other`,
      [
        ...unbalanced.rows.map(transferFinding),
        ...reversals.rows.map(
          ({ transfer_id, reverses }) => `transfer ${transfer_id} does not reverse ${reverses}`,
        ),
      ],
      unbalanced.count + reversals.count,
    ),
    judge(
      'balances',
      `each of ${number(accounts)} accounts holds what its entries sum to and end at`,
      balances.rows.map(balanceFinding),
      balances.count,
    ),
    judge(
      'chain',
      `${number(entries)} entries follow each other without a gap, each with the right hash`,
      damaged.map(
        ({ account, sequence, what }) => `account ${account}, sequence ${String(sequence)}: ${what}`,
      ),
      damaged.length + more,
    ),
  ]
  if (since !== undefined) {
    const good = `${number(since.heads.length)} heads of ${since.savedAt} are where they were`
    checks.push(judge('since', good, ...sinceFindings(since, parts)))
  }
  return {
    checks,
    damaged,
    heads: heads && {
      savedAt: new Date().toISOString(),
      totals: totals.rows.map(({ currency, balances, entries }) => ({
        currency: currency ?? '',
        balances: balances ?? '0',
        entries,
      })),
      transfers: booked,
      heads: heads.rows,
    },
  }
}

/** What is reported when the books can't be read. */
export function notRead(error: unknown): Check[] {
  return ['totals', 'transfers', 'balances', 'chain'].map((name) => ({
    name,
    verdict: 'could not verify',
    evidence: messageOf(error),
    remedy: './dway status shows what runs',
  }))
}
