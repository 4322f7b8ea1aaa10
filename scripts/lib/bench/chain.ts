import { runPsql } from '../database.ts'
import { seededRandom } from '../seed/random.ts'
import { CLIENTS, ensureAccounts } from './clients.ts'
import { inTurns, median, rounded, type Measure } from './measure.ts'
import { pgbench, transferScript } from './pgbench.ts'
import { withScratch } from './scratch.ts'
import { CONNECTIONS } from './transfers.ts'

// Short, and many: what the machine does meanwhile moves each by far more than the chain takes.
const TURNS = 16
const SECONDS = 5
const WARM_UP_SECONDS = 5
const MOST = 0.1

/**
 * Takes the chain out of a database: no sequence and no hash, an index on ids in the place of theirs, and every rule
 * that stays asks for what is booked in the order of the ids, by as few lookups as with the chain.
 */
export const withoutChain = `set role dwaybank_owner;
drop trigger entries_continue_chain on entries;
alter table entries drop constraint entries_sequence_unique,
  alter column sequence drop not null, alter column hash drop not null;
create index on entries (account_id, id desc);
create or replace function check_stated_balance() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
  posted bigint;
begin
  select balance_after into posted from entries where account_id = new.id order by id desc limit 1;
  if coalesce(posted, 0) <> new.balance then
    perform check_account(new.id);
  end if;
  return null;
end $$;
create or replace function check_account(checked uuid) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
  stated bigint;
  posted bigint;
begin
  select balance into stated from accounts where id = checked;
  select balance_after into posted from entries where account_id = checked order by id desc limit 1;
  if stated <> coalesce(posted, 0) then
    raise exception 'account % states a balance of %, its postings end at %', checked, stated, coalesce(posted, 0);
  end if;
end $$;
create or replace function check_entry() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
  stated bigint;
  previous bigint;
begin
  perform check_transfer(new.transfer_id);
  select accounts.balance, before.balance_after into stated, previous
    from accounts left join lateral (
      select balance_after from entries where account_id = new.account_id and id < new.id order by id desc limit 1
    ) before on true
    where accounts.id = new.account_id;
  if coalesce(previous, 0) + new.amount <> new.balance_after then
    raise exception 'entry % of account % does not continue its balance', new.id, new.account_id;
  end if;
  if stated <> new.balance_after then
    perform check_account(new.account_id);
  end if;
  return null;
end $$;
`

/** What the hash chain takes of the transfers that the database alone can do. */
export const chain: Measure = async ({ seed }, progress) => {
  const databases = { with: 'bench_with_chain', without: 'bench_without_chain' } as const
  return withScratch(Object.values(databases), async (scratch) => {
    progress.now('making two databases')
    const positions = Array.from({ length: CLIENTS }, (_, position) => position)
    for (const database of Object.values(databases)) {
      await scratch.create(database)
      if (database === databases.without) await runPsql('the chain was not taken out', withoutChain, database)
      await ensureAccounts(positions, database)
    }
    const random = seededRandom(`chain of ${seed}`)
    const run = async (kind: keyof typeof databases, seconds: number, turn: number) => {
      const options = { database: databases[kind], clients: CONNECTIONS, seconds, seed: turn }
      const perSecond = await pgbench(transferScript, options)
      progress.happened(`${kind} the chain ${rounded(perSecond)}/s`)
      return perSecond
    }
    const turns = (times: number, seconds: number) => {
      const seeds = Array.from({ length: times }, () => random.below(2 ** 31))
      return inTurns(
        times,
        (turn) => run('with', seconds, seeds[turn] ?? 0),
        (turn) => run('without', seconds, seeds[turn] ?? 0),
      )
    }
    progress.now('warming up')
    await turns(1, WARM_UP_SECONDS)
    progress.now(`${TURNS} turns of ${2 * SECONDS} s`)
    const { first, second } = await turns(TURNS, SECONDS)
    // By turns: the tables grow, and so does what each turn takes.
    const ratio = 1 - median(first.map((perSecond, turn) => perSecond / (second[turn] ?? NaN)))
    const result = `${rounded(median(first))}/s with it, ${rounded(median(second))}/s without`
    return [{ measure: 'hash chain, its cost', goal: `≤ ${MOST}`, result, ratio, met: ratio <= MOST }]
  })
}
