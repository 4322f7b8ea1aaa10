export const LEDGER_CHECKS = ['totals', 'transfers', 'balances', 'chain'] as const
export type LedgerCheckName = (typeof LEDGER_CHECKS)[number]

/** Rows of one kind that were found in the books. */
export interface Part<Row> {
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

/** What the statements of audit-queries.ts find, by their kinds. */
export interface Parts {
  totals: Part<Totals>
  transfers: Part<{ transfers: number }>
  balances: Part<BalanceRow>
  strays: Part<EntryRow & { transfer_id: string }>
  unbalanced: Part<UnbalancedRow>
  reversals: Part<{ transfer_id: string; reverses: string }>
  links: Part<LinkRow>
}

/** What is wrong, where. */
export interface Finding {
  account?: string
  sequence?: number | null
  transferId?: string
  currency?: string
  what: string
}

export interface Judgement {
  name: LedgerCheckName
  /** Failed as soon as anything was found; passed only once all that belongs to it was read. */
  verdict: 'passed' | 'failed' | 'could_not_verify'
  /** How many findings there are; `findings` may be the first. */
  count: number
  findings: Finding[]
}

/** Which parts have to be read before a check can pass. */
const NEEDED: Record<LedgerCheckName, (keyof Parts)[]> = {
  totals: ['totals'],
  transfers: ['transfers', 'unbalanced', 'reversals'],
  balances: ['balances'],
  chain: ['links', 'strays', 'balances', 'unbalanced'],
}

/** Says of each check what the parts that were read let say. */
export function judgeBooks(read: Partial<Parts>): Judgement[] {
  const found: Record<LedgerCheckName, [Finding[], number?]> = {
    totals: [(read.totals?.rows ?? []).flatMap(totalsFinding)],
    transfers: [
      [
        ...(read.unbalanced?.rows ?? []).map(transferFinding),
        ...(read.reversals?.rows ?? []).map(({ transfer_id: transferId, reverses }) => ({
          transferId,
          what: `transfer ${transferId} does not reverse ${reverses}`,
        })),
      ],
      (read.unbalanced?.count ?? 0) + (read.reversals?.count ?? 0),
    ],
    balances: [(read.balances?.rows ?? []).map(balanceFinding), read.balances?.count ?? 0],
    chain: chainFindings(read),
  }
  return LEDGER_CHECKS.map((name) => {
    const [findings, count = findings.length] = found[name]
    const isWhole = NEEDED[name].every((part) => read[part] !== undefined)
    const verdict = count > 0 ? 'failed' : isWhole ? 'passed' : 'could_not_verify'
    return { name, verdict, count, findings }
  })
}

/** How much was read. */
export function sizeOf({ totals, transfers }: Partial<Parts>) {
  return {
    accounts: totals?.rows.reduce((sum, { accounts }) => sum + accounts, 0) ?? 0,
    entries: totals?.rows.reduce((sum, { entries }) => sum + entries, 0) ?? 0,
    transfers: transfers?.rows[0]?.transfers ?? 0,
  }
}

function totalsFinding({ currency, balances, posted }: Totals): Finding[] {
  if (Number(balances) === 0 && Number(posted) === 0) return []
  const what = `${currency ?? 'no currency'}: entries sum to ${posted} minor units, accounts hold ${balances ?? 'nothing'}`
  return [{ currency: currency ?? '', what }]
}

function transferFinding(row: UnbalancedRow): Finding {
  const { transfer_id: transferId, journalled, postings, unpaid, unreceived } = row
  if (!journalled)
    return { transferId, what: `transfer ${transferId} is missing, but has ${postings} postings` }
  const wrong = [unpaid, unreceived].filter((account) => account !== null)
  const at = wrong.length > 0 ? `: none that fits for account ${wrong.join(' and ')}` : ''
  return { transferId, what: `transfer ${transferId} has ${postings} postings${at}` }
}

function balanceFinding({ account, balance, total, last, what }: BalanceRow): Finding {
  switch (what) {
    case 'unknown':
      return { account, what: `account ${account} is missing, but has entries` }
    case 'ends': {
      const states = `account ${account} states ${String(balance)} minor units`
      return { account, what: `${states}, but ends otherwise at sequence ${last}` }
    }
    case 'sum':
      return {
        account,
        what: `account ${account} states ${String(balance)} minor units, but its entries sum to ${total}`,
      }
    case 'overdrawn': {
      const by = Math.abs(balance ?? 0)
      return { account, what: `account ${account} is overdrawn by ${by} minor units and may not be` }
    }
  }
}

/** An entry that isn't as it was booked. */
export interface Damage {
  /** The account's number. */
  account: string
  sequence: number | null
  what: string
}

function chainFindings(read: Partial<Parts>): [Finding[], number] {
  const damaged = damagedEntries(read)
  const unlisted = ({ count, rows }: Part<unknown> = { count: 0, rows: [] }) =>
    Math.max(0, count - rows.length)
  const findings = damaged.map(({ account, sequence, what }) => ({
    ...{ account, sequence },
    what: `account ${account}, sequence ${String(sequence)}: ${what}`,
  }))
  return [findings, damaged.length + Math.max(unlisted(read.links), unlisted(read.strays))]
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

/** All damaged entries, each once, the one that was booked first in front. */
export function damagedEntries({ links, strays, balances, unbalanced }: Partial<Parts>): Damage[] {
  const found = new Map<string, Damage & { id: number }>()
  const add = (damage: Damage, id: number) => {
    const key = `${damage.account} ${String(damage.sequence)}`
    const known = found.get(key)
    if (known) known.what += `; ${damage.what}`
    else found.set(key, { ...damage, id })
  }
  // A missing one was booked after the one before it.
  for (const link of links?.rows ?? [])
    add(linkDamage(link), link.what === 'missing' ? (link.before_id ?? 0) + 0.5 : link.id)
  for (const { account, sequence, transfer_id, id } of strays?.rows ?? [])
    add({ account, sequence, what: `it is not what transfer ${transfer_id} agreed on` }, id)
  const linked = new Set(links?.rows.map(({ account, sequence }) => `${account} ${String(sequence)}`))
  const unmatched = new Set(unbalanced?.rows.flatMap(({ unpaid, unreceived }) => [unpaid, unreceived]))
  for (const { account, last, what } of balances?.rows ?? []) {
    // Where the last one is damaged itself or follows a gap, the balance only says so too. Which ones do, links tell.
    if (!links || what !== 'ends' || linked.has(`${account} ${last}`) || found.has(`${account} ${last}`))
      continue
    const why = unmatched.has(account)
      ? 'it is missing'
      : "it is missing with its transfer, or the account's balance was changed"
    add({ account, sequence: last + 1, what: why }, Infinity)
  }
  return [...found.values()].sort((a, b) => a.id - b.id).map(({ id: _id, ...damage }) => damage)
}
