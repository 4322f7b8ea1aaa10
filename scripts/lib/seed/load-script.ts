import { brokenLinks } from '../../../services/api/src/ledger/audit-queries.ts'
import { makeHistory } from './history.ts'
import type { Plan } from './plan.ts'
import {
  accountLine,
  bookingWriter,
  customerLine,
  digestColumns,
  digestCommands,
  timestamp,
  type Table,
} from './tables.ts'

const BATCH = 5_000
const trails = ['security_events', 'operator_actions'] as const
const triggered = ['accounts', 'transfers', 'entries'] as const

const copy = (table: Table, more: string[] = []) =>
  `copy ${table} (${[...digestColumns[table], ...more].join(', ')}) from stdin;\n`
const END_OF_COPY = '\\.\n'

/** What the disabled triggers would have checked row by row, checked once for all rows. */
const checks = `
do $$
begin
  if exists (select from transfers t left join
      (select transfer_id, count(*) as n, sum(amount) as total from entries group by transfer_id) e
      on e.transfer_id = t.id where e.n is distinct from 2 or e.total <> 0) then
    raise exception 'a transfer of the seed does not balance';
  end if;
  if exists (${brokenLinks}) then
    raise exception 'a posting of the seed does not continue its account''s chain';
  end if;
  if exists (select from accounts a left join
      (select distinct on (account_id) account_id, balance_after from entries order by account_id, id desc) e
      on e.account_id = a.id where a.balance <> coalesce(e.balance_after, 0)) then
    raise exception 'an account of the seed states another balance than its postings';
  end if;
end $$;
`

const foreignKeys = `from pg_constraint where contype = 'f' and conrelid in ('transfers'::regclass, 'entries'::regclass)`

/** Row by row they take most of the loading's time: they are put back, and so checked, when all rows are there. */
const dropForeignKeys = `
select string_agg(format('alter table %s add constraint %I %s;', conrelid::regclass, conname,
  pg_get_constraintdef(oid)), ' ') as foreign_keys ${foreignKeys} \\gset
select format('alter table %s drop constraint %I', conrelid::regclass, conname) ${foreignKeys} \\gexec
`
const addForeignKeys = ':foreign_keys\n'

/**
 * The psql script that loads a seed in one transaction, piece by piece, as the owner of the tables. Constraints are
 * checked row by row, foreign keys when all rows are there, and the ledger's triggers are replaced by `checks`. It ends
 * with the digests and without a commit: a stream that breaks leaves the database as it was. Whoever reads accounts
 * meanwhile waits.
 * @param reset whether to remove first what is there
 */
export function* loadScript(plan: Plan, passwordHash: string, reset: boolean): Generator<string, void> {
  const { people, balances, transfers } = plan
  yield 'begin;\nset role dwaybank_owner;\nset local timezone to utc;\nset local work_mem = "64MB";\n'
  for (const table of triggered) yield `alter table ${table} disable trigger user;\n`
  if (reset) {
    // The trails refuse to be emptied, by whoever doesn't own them.
    for (const trail of trails) yield `alter table ${trail} disable trigger user;\n`
    yield `truncate transfers, entries, idempotency_keys, ${trails.join(', ')};\n`
    for (const trail of trails) yield `alter table ${trail} enable trigger user;\n`
    yield 'delete from accounts where customer_id is not null;\ndelete from customers;\n'
  }

  yield copy('customers', ['password_hash'])
  for (const customer of people.customers) yield customerLine(customer).replace('\n', `\t${passwordHash}\n`)
  yield END_OF_COPY

  // The bank's own account is there already, and only learns its balance and age.
  const [own] = people.accounts
  if (!own) throw new Error('the seed has no account of the bank')
  const change = `balance = ${balances[0] ?? 0}, created_at = '${timestamp(own.createdAt)}'`
  yield `update accounts set ${change} where id = '${own.id}';\n`
  yield copy('accounts')
  for (let position = 1; position < balances.length; position += 1) {
    yield accountLine(people, position, balances[position] ?? 0)
  }
  yield END_OF_COPY

  yield dropForeignKeys
  yield* historyBatches(plan)
  yield addForeignKeys

  yield `select setval(pg_get_serial_sequence('entries', 'id'), ${2 * transfers}) \\g /dev/null\n`
  for (const table of triggered) yield `alter table ${table} enable trigger user;\n`
  yield checks
  yield digestCommands()
}

function* historyBatches({ people, seed, transfers }: Plan): Generator<string, void> {
  const write = bookingWriter(people)
  let index = 0
  let journal = ''
  let postings = ''
  for (const booking of makeHistory(seed, people, transfers, [])) {
    const { transfer, entries } = write(booking)
    index += 1
    journal += transfer
    postings += entries
    if (index % BATCH !== 0 && index !== transfers) continue
    yield copy('transfers') + journal + END_OF_COPY + copy('entries') + postings + END_OF_COPY
    journal = ''
    postings = ''
  }
}
