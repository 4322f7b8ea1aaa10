/** The hash that an entry must have, in SQL of its own: the database's function might have been changed as well. */
const entryHash = (previous: string) => `sha256(coalesce(${previous}, decode(repeat('00', 32), 'hex')) ||
  convert_to(concat_ws('|', id, sequence, transfer_id, account_id, currency, amount, balance_after,
    (extract(epoch from created_at) * 1000000)::bigint), 'UTF8'))`

/** How many rows of one kind are listed; all are counted. */
export const LISTED = 100

/**
 * Every entry that does not continue its account's chain, as rows of (id, before_id, account_id,
 * sequence, before_sequence, what).
 * A hash is compared with what the stored one before it gives and, where that one is wrong itself, with what it should
 * have been: a damaged entry alone is named, not the one after it too. The same goes for balances.
 */
export const brokenLinks = `
with walked as (
  select e.*, lag(id) over chain as before_id, lag(sequence) over chain as before_sequence,
    lag(hash) over chain as before_hash,
    lag(balance_after, 1, 0::bigint) over chain as before_balance
  from entries e window chain as (partition by account_id order by sequence, id)
), hashed as (
  select *, ${entryHash('before_hash')} as expected from walked
), compared as (
  select id, before_id, account_id, sequence, before_sequence,
    sequence is distinct from coalesce(before_sequence, 0) + 1 as displaced,
    case when hash = expected then false else hash is distinct from ${entryHash(
      'lag(expected) over chain',
    )} end as changed,
    before_balance + amount <> balance_after as jumps,
    lag(hash is distinct from expected, 1, false) over chain as after_changed
  from hashed window chain as (partition by account_id order by sequence, id)
)
select id, before_id, account_id, sequence, before_sequence,
  case when displaced then case when sequence > coalesce(before_sequence, 0) then 'missing' else 'displaced' end
    when changed then 'changed' else 'jumps' end as what
from compared where displaced or changed or jumps and not after_changed`

/** Every account whose balance its entries don't explain, and the last of these. */
const accounts = `
with posted as (
  select account_id, count(*) as entries, sum(amount) as total, max(sequence) as last from entries group by account_id
)
select coalesce(a.id, p.account_id) as account_id, a.number, a.currency, a.balance, a.allows_overdraft,
  coalesce(p.entries, 0) as entries, coalesce(p.total, 0) as total, coalesce(p.last, 0) as last,
  coalesce(e.balance_after, 0) as ends_at, e.hash
from posted p full join accounts a on a.id = p.account_id
left join entries e on e.account_id = p.account_id and e.sequence = p.last`

/** Each posting beside its journal row and the role that it plays there, if it does. */
const postings = `
select coalesce(t.id, e.transfer_id) as transfer_id, t.id is not null as journalled, t.from_account_id,
  t.to_account_id, t.amount as agreed, e.id, e.account_id, e.sequence,
  case
    when e.currency = t.currency and e.account_id = t.from_account_id and e.amount = -t.amount then 'from'
    when e.currency = t.currency and e.account_id = t.to_account_id and e.amount = t.amount then 'to'
  end as side
from transfers t full join entries e on e.transfer_id = t.id`

/** Rows of a query as one line of JSON: the first ones, and how many there are. */
function lines(kind: string, query: string, order: string, limit: number | 'all' = LISTED): string {
  return `select jsonb_build_object('kind', '${kind}', 'count', coalesce(max(found.count), 0),
    'rows', coalesce(jsonb_agg(to_jsonb(found) - 'count' order by ${order}), '[]'))::text
  from (select *, count(*) over () from (${query}) every order by ${order} limit ${limit}) found;\n`
}

const numbered = (query: string) =>
  `select q.*, coalesce(a.number, q.account_id::text) as account
   from (${query}) q left join accounts a on a.id = q.account_id`

/** How the books are read: in one snapshot. No workers: what they share has to fit into the 64 MB of a pod's /dev/shm. */
export const AUDIT_SNAPSHOT = [
  'begin isolation level repeatable read read only',
  'set local search_path = public, pg_temp',
  'set local standard_conforming_strings = on',
  "set local work_mem = '64MB'",
  'set local max_parallel_workers_per_gather = 0',
]

/** The statements that read the books, each of which gives a line of JSON. */
export function auditParts(): string[] {
  return [
    lines(
      'totals',
      `select currency, sum(balance)::text as balances, sum(total)::text as posted, sum(entries)::bigint as entries,
         count(*) as accounts from (${accounts}) summed group by currency`,
      'currency',
      'all',
    ),
    lines('transfers', 'select count(*) as transfers from transfers', 'transfers', 'all'),
    lines(
      'balances',
      `select account_id, coalesce(number, account_id::text) as account, balance, total::text, last,
         case when number is null then 'unknown' when balance <> ends_at then 'ends'
           when balance <> total then 'sum' else 'overdrawn' end as what
       from (${accounts}) stated
       where number is null or balance <> ends_at or balance <> total or balance < 0 and not allows_overdraft`,
      'account_id',
    ),
    lines(
      'strays',
      numbered(`select * from (${postings}) posted where id is not null and side is null`),
      'id',
    ),
    lines(
      'unbalanced',
      `select transfer_id, agreed::text, bool_and(journalled) as journalled,
         count(id) as postings,
         (select number from accounts where id = from_account_id and not coalesce(bool_or(side = 'from'), false)) as unpaid,
         (select number from accounts where id = to_account_id and not coalesce(bool_or(side = 'to'), false)) as unreceived
       from (${postings}) posted group by transfer_id, agreed, from_account_id, to_account_id
       having count(*) filter (where side = 'from') <> 1 or count(*) filter (where side = 'to') <> 1
         or count(*) <> 2`,
      'transfer_id',
    ),
    lines(
      'reversals',
      `select r.id as transfer_id, r.reverses from transfers r left join transfers o on o.id = r.reverses
       where r.reverses is not null and (o.id is null or o.reverses is not null
         or (r.from_account_id, r.to_account_id, r.amount, r.currency)
           <> (o.to_account_id, o.from_account_id, o.amount, o.currency))`,
      'transfer_id',
    ),
    lines('links', numbered(brokenLinks), 'id'),
  ]
}

/**
 * The script that reads the books and changes nothing. It prints a line of JSON for each part.
 * @param heads whether to print the last entry of every account too
 * @param since heads of an earlier day, as JSON, that must still be in their chains
 */
export function auditScript({ heads, since }: { heads: boolean; since: string | undefined }): string {
  const parts = auditParts()
  if (heads)
    parts.push(
      lines(
        'heads',
        `select account_id as id, number as account, last as sequence, encode(hash, 'hex') as hash
         from (${accounts}) stated where last > 0`,
        'id',
        'all',
      ),
    )
  if (since !== undefined)
    parts.push(
      lines(
        'since',
        `select h.id as account_id, h.account, h.sequence, e.id is null as missing
         from jsonb_to_recordset('${since.replaceAll("'", "''")}') as h (id uuid, account text, sequence bigint, hash text)
         left join entries e on e.account_id = h.id and e.sequence = h.sequence
         where encode(e.hash, 'hex') is distinct from h.hash`,
        'account_id',
      ),
    )
  const settings = [...AUDIT_SNAPSHOT, 'set local statement_timeout = 0']
  return `${settings.map((setting) => `${setting};\n`).join('')}${parts.join('')}commit;\n`
}
