import { setTimeout as sleep } from 'node:timers/promises'
import { runPsql } from '../database.ts'
import { UserError } from '../errors.ts'
import { step } from '../steps.ts'
import type { ViolationKind } from './check.ts'
import type { Beginning } from './facts.ts'
import type { Victim } from './nemesis.ts'
import { EMAIL_DOMAIN } from './world.ts'

export const faultNames = ['double', 'lock', 'lost', 'fsync'] as const
export type FaultName = (typeof faultNames)[number]

/** Something that is made wrong in the bank's database on purpose. */
export interface Fault {
  /** As what it must be found. */
  found: ViolationKind
  /** Who is killed to bring it out. */
  kills: readonly Victim[]
  /** In one transaction, with what it replaces kept. */
  sql: string
  /** What can't be in a transaction, after it. */
  settings?: string
}

/** One acknowledged transfer in this many is rolled back by `lost`. */
const LOST_ONE_IN = 40

// A process that is killed leaves the page cache to the kernel, so with fsync off alone nothing would be lost. What a
// crash of the machine would take, the server must still hold itself: commits that it has not even written.
const SETTINGS: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  wal_writer_delay: '10s',
  wal_writer_flush_after: '1GB',
}

const RELOAD = 'do $do$ begin perform pg_reload_conf(); end $do$;\n'

/** The faults by name. */
export const faults: Record<FaultName, Fault> = {
  double: {
    found: 'doubled',
    kills: [],
    sql: 'alter table idempotency_keys drop constraint idempotency_keys_pkey;\n',
  },
  lock: {
    found: 'balance',
    kills: [],
    // The check at commit would refuse what the missing lock lets through.
    sql: `do $do$
declare
  locking text := pg_get_functiondef('lock_accounts'::regproc);
begin
  if position('for no key update' in locking) = 0 then raise exception 'lock_accounts locks otherwise'; end if;
  execute replace(locking, 'for no key update', '');
end $do$;
alter table entries disable trigger entries_sum_to_zero;
`,
  },
  lost: {
    found: 'lost',
    kills: [],
    // plpgsql keeps what a variable got in a block that is rolled back: the answer stays, what was done is undone.
    sql: `do $do$
declare
  definition text := pg_get_functiondef('transfer_money'::regproc);
  arguments text := (select string_agg('$' || n, ', ' order by n) from pg_proc, generate_series(1, pronargs) n
    where oid = 'transfer_money'::regproc);
begin
  execute replace(definition, 'transfer_money', 'transfer_money_kept');
  execute format($format$
    create or replace function transfer_money(%s) language plpgsql set search_path = public, pg_temp as $body$
    begin
      select kept.* into outcome, replayed from transfer_money_kept(%s) kept;
      if outcome ? 'transfer' and hashtext($2) %% ${LOST_ONE_IN} = 0 then
        raise exception 'lost' using errcode = 'DW001';
      end if;
    exception when sqlstate 'DW001' then
      null;
    end $body$
  $format$, pg_get_function_arguments('transfer_money'::regproc), arguments);
end $do$;
`,
  },
  fsync: {
    found: 'lost',
    kills: ['postgres', 'postgres'],
    sql: '',
    settings: Object.entries(SETTINGS)
      .map(([name, value]) => `alter system set ${name} = '${value}';\n`)
      .concat(RELOAD)
      .join(''),
  },
}

// What is needed to take a fault out again lies in the database itself, and comes with it in one transaction.
const mark = (fault: FaultName, run: string, { balances, lastEntry }: Beginning) => `
create schema torture;
create table torture.planted as select '${fault}'::text as fault, '${run}'::text as run, ${lastEntry}::bigint as last_entry,
  array(select pg_get_functiondef(oid) from pg_proc
    where oid in ('lock_accounts'::regproc, 'transfer_money'::regproc)) as definitions;
create table torture.accounts as select key::uuid as id, value::bigint as balance
  from json_each_text('${JSON.stringify(Object.fromEntries(balances))}');
`

/** The transaction that plants a fault; settings come after it. */
export function plantScript(name: FaultName, run: string, beginning: Beginning): string {
  return `begin;\n${mark(name, run, beginning)}${faults[name].sql}commit;\n`
}

/** Plants a fault for a run. */
export async function plant(name: FaultName, run: string, beginning: Beginning): Promise<void> {
  await runPsql(
    `'${name}' was not planted`,
    plantScript(name, run, beginning) + (faults[name].settings ?? ''),
  )
}

/**
 * The transaction that takes out whatever is planted, as if the run had never been: its transfers are the newest of its
 * accounts, so what is left is whole. The triggers that keep the books would refuse it.
 */
export const TAKE_OUT = `begin;
set local session_replication_role = replica;
do $do$
declare
  definition text;
begin
  for definition in select unnest(definitions) from torture.planted loop
    execute definition;
  end loop;
end $do$;
drop function if exists transfer_money_kept;
alter table entries enable trigger entries_sum_to_zero;
create temporary table undone on commit drop as
  select id from transfers where (from_account_id in (select id from torture.accounts)
      or to_account_id in (select id from torture.accounts))
    and not exists (select from entries, torture.planted where transfer_id = transfers.id and entries.id <= last_entry);
delete from entries where transfer_id in (select id from undone);
delete from transfers where id in (select id from undone);
update accounts set balance = before.balance from torture.accounts before where accounts.id = before.id;
delete from idempotency_keys where customer_id in
  (select id from customers, torture.planted where email like '%.' || run || '@${EMAIL_DOMAIN}');
do $do$
begin
  if not exists (select from pg_constraint where conrelid = 'idempotency_keys'::regclass and contype = 'p') then
    delete from idempotency_keys one using idempotency_keys other
      where (one.customer_id, one.key) = (other.customer_id, other.key) and one.ctid > other.ctid;
    alter table idempotency_keys add constraint idempotency_keys_pkey primary key (customer_id, key);
  end if;
end $do$;
drop schema torture cascade;
commit;
`

const RESET = Object.keys(SETTINGS)
  .map((name) => `alter system reset ${name};\n`)
  .concat(RELOAD)
  .join('')

const PATIENCE_MS = 120_000

/** Takes the planted fault out, and the transfers that were made with it; waits for PostgreSQL if it is away. */
export async function takeOut(): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      if (await isPlanted()) await runPsql('the fault was not taken out', RESET + TAKE_OUT)
      return
    } catch (error) {
      if (performance.now() < deadline) await sleep(1000)
      else
        throw new UserError('the fault is still in the database: the next ./dway torture takes it out', {
          cause: error,
        })
    }
  }
}

async function isPlanted(): Promise<boolean> {
  const script = "select to_regclass('torture.planted') is not null;\n"
  return (await runPsql('the database was not looked at', script)) === 't'
}

/** Takes out what a run left that was ended by force. */
export async function takeOutLeftovers(): Promise<void> {
  if (await isPlanted()) await step('take out the fault of an earlier run', () => takeOut())
}
