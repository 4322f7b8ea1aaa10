-- A transfer is one statement: it claims its idempotency key, locks, decides, books and keeps its outcome. Each
-- account's entries form a hash chain, and a transfer can be reversed, once, by another one.

-- In the order in which the release before locks them, and before minutes of work: who books meanwhile waits, and
-- neither side finds the other in its way half-way.
lock table transfers, entries in access exclusive mode;

-- The hash of an entry covers the one before it, so that no change, removal or reordering goes unseen.
create function entry_hash(
  previous bytea, id bigint, sequence bigint, transfer_id uuid, account_id uuid, currency text, amount bigint,
  balance_after bigint, created_at timestamptz
) returns bytea
language plpgsql immutable parallel safe as $$
begin
  return sha256(previous || convert_to(concat_ws('|', id, sequence, transfer_id, account_id, currency, amount,
    balance_after, (extract(epoch from created_at) * 1000000)::bigint), 'UTF8'));
end $$;

alter table entries add column sequence bigint, add column hash bytea;

create aggregate chained_hash(bigint, bigint, uuid, uuid, text, bigint, bigint, timestamptz) (
  sfunc = entry_hash, stype = bytea,
  initcond = '\x0000000000000000000000000000000000000000000000000000000000000000'
);
alter table entries disable trigger entries_are_final;
-- Along a chain time doesn't go back: until now an entry had the time at which its transaction began, before its wait
-- for the account.
update entries set sequence = chained.sequence, hash = chained.hash, created_at = chained.created_at
  from (
    select id, sequence, created_at, chained_hash(id, sequence, transfer_id, account_id, currency, amount, balance_after, created_at)
      over (partition by account_id order by sequence) as hash
    from (
      select id, row_number() over (partition by account_id order by id) as sequence, transfer_id, account_id,
        currency, amount, balance_after, max(created_at) over (partition by account_id order by id) as created_at
      from entries
    ) numbered
  ) chained
  where entries.id = chained.id;
alter table entries enable trigger entries_are_final;
-- Nobody but this file knew it.
-- squawk-ignore ban-drop-function
drop aggregate chained_hash(bigint, bigint, uuid, uuid, text, bigint, bigint, timestamptz);

-- The table is locked already, since all of its rows have changed: reading it again adds little.
alter table entries
  -- squawk-ignore adding-not-nullable-field
  alter column sequence set not null,
  -- squawk-ignore adding-not-nullable-field
  alter column hash set not null,
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  add constraint entries_sequence_unique unique (account_id, sequence);

-- Whoever books holds the account's row lock; if not, two entries get one sequence, and the second is refused.
create function continue_chain() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
  previous_sequence bigint;
  previous_hash bytea;
  previous_time timestamptz;
begin
  select sequence, hash, created_at into previous_sequence, previous_hash, previous_time from entries
    where account_id = new.account_id order by sequence desc limit 1;
  new.sequence := coalesce(previous_sequence, 0) + 1;
  -- A transaction that began earlier may book later: along a chain time doesn't go back.
  new.created_at := greatest(new.created_at, previous_time);
  new.hash := entry_hash(coalesce(previous_hash, decode(repeat('00', 32), 'hex')), new.id, new.sequence,
    new.transfer_id, new.account_id, new.currency, new.amount, new.balance_after, new.created_at);
  return new;
end $$;

create trigger entries_continue_chain before insert on entries
  for each row execute function continue_chain();

-- The checks at commit, each with as few lookups as there can be.

create or replace function check_transfer(checked uuid) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
  postings bigint;
  total numeric;
  agreed bigint;
begin
  select count(*), sum(entries.amount), count(*) filter (where entries.currency = transfers.currency
      and entries.amount = case entries.account_id when transfers.from_account_id then -transfers.amount
        when transfers.to_account_id then transfers.amount end)
    into postings, total, agreed
    from transfers join entries on entries.transfer_id = transfers.id where transfers.id = checked;
  if postings < 2 then
    raise exception 'transfer % has % postings, it needs two', checked, postings
      using errcode = 'check_violation', constraint = 'transfers_have_postings';
  end if;
  if total <> 0 then
    raise exception 'postings of transfer % do not sum to zero', checked
      using errcode = 'check_violation', constraint = 'entries_sum_to_zero';
  end if;
  -- One currency, that of the transfer: a sum of zero is one for each currency.
  if postings <> 2 or agreed <> 2 then
    raise exception 'postings of transfer % are not what was agreed', checked
      using errcode = 'check_violation', constraint = 'entries_as_agreed';
  end if;
end $$;

-- With postings, each of them has the transfer checked.
create or replace function check_new_transfer() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if not exists (select from entries where transfer_id = new.id) then
    perform check_transfer(new.id);
  end if;
  return null;
end $$;

create or replace function check_stated_balance() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
  posted bigint;
begin
  select balance_after into posted from entries where account_id = new.id order by sequence desc limit 1;
  -- Another statement of the same transaction may have gone on from here: then the row as it is now counts.
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
  select balance_after into posted from entries where account_id = checked order by sequence desc limit 1;
  if stated <> coalesce(posted, 0) then
    raise exception 'account % states a balance of %, its postings end at %', checked, stated, coalesce(posted, 0)
      using errcode = 'check_violation', constraint = 'accounts_balance_posted';
  end if;
end $$;

create or replace function check_entry() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
  stated bigint;
  previous_balance bigint;
  previous_hash bytea;
begin
  perform check_transfer(new.transfer_id);
  select accounts.balance, previous.balance_after, previous.hash into stated, previous_balance, previous_hash
    from accounts left join entries previous
      on previous.account_id = accounts.id and previous.sequence = new.sequence - 1
    where accounts.id = new.account_id;
  if (previous_hash is null) <> (new.sequence = 1) then
    raise exception 'entry % of account % has no entry before it', new.sequence, new.account_id
      using errcode = 'check_violation', constraint = 'entries_sequence_continues';
  end if;
  if coalesce(previous_balance, 0) + new.amount <> new.balance_after then
    raise exception 'entry % of account % does not continue its balance', new.sequence, new.account_id
      using errcode = 'check_violation', constraint = 'entries_balance_continues';
  end if;
  if new.hash <> entry_hash(coalesce(previous_hash, decode(repeat('00', 32), 'hex')), new.id, new.sequence,
      new.transfer_id, new.account_id, new.currency, new.amount, new.balance_after, new.created_at) then
    raise exception 'entry % of account % does not continue its hash chain', new.sequence, new.account_id
      using errcode = 'check_violation', constraint = 'entries_hash_continues';
  end if;
  if stated <> new.balance_after then
    perform check_account(new.account_id);
  end if;
  return null;
end $$;

create trigger transfers_stay before truncate on transfers
  for each statement execute function refuse_change();
create trigger entries_stay before truncate on entries
  for each statement execute function refuse_change();

-- Reversals.

-- The new column is null everywhere, so there is nothing to scan for, and the index is empty.
-- squawk-ignore adding-foreign-key-constraint
alter table transfers add column reverses uuid references transfers (id);
-- squawk-ignore require-concurrent-index-creation
create unique index transfers_reversed_once on transfers (reverses) where reverses is not null;

create function check_reversal() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
  original transfers;
begin
  select * into original from transfers where id = new.reverses;
  if original.id is null or original.reverses is not null
    or (new.from_account_id, new.to_account_id, new.amount, new.currency)
      <> (original.to_account_id, original.from_account_id, original.amount, original.currency) then
    raise exception 'transfer % is not the reversal of %', new.id, new.reverses
      using errcode = 'check_violation', constraint = 'transfers_reverse_whole';
  end if;
  return new;
end $$;

-- What it asks never changes, so it need not wait for the commit.
create trigger transfers_reverse_whole before insert on transfers
  for each row when (new.reverses is not null) execute function check_reversal();

-- Idempotency keys live 24 hours. The api can't delete any: these two functions can, and only old ones.

create function forget_old_key(claimant uuid, claimed text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from idempotency_keys
    where customer_id = claimant and key = claimed and created_at < now() - interval '24 hours';
end $$;

-- Two for each new key: the table shrinks whenever it holds more than a day's keys.
create function forget_oldest_keys() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from idempotency_keys where ctid = any (array(
    select ctid from idempotency_keys where created_at < now() - interval '24 hours'
    order by created_at limit 2 for update skip locked));
end $$;

create function refusal(code text, message text) returns jsonb
language plpgsql immutable as $$
begin
  return jsonb_build_object('refusal', jsonb_build_object('code', code, 'message', message));
end $$;

-- Takes the key, or says which answer it stands for. The primary key decides who has it; the advisory lock only
-- says at once that somebody is at it, where the primary key would wait.
create function claim_key(
  claimant uuid, claimed text, claimed_hash bytea, out outcome jsonb, out replayed boolean
) language plpgsql set search_path = public, pg_temp as $$
declare
  mine boolean := pg_try_advisory_xact_lock(hashtextextended(claimant || ' ' || claimed, 0));
  known idempotency_keys;
begin
  replayed := false;
  if mine then
    insert into idempotency_keys (customer_id, key, request_hash) values (claimant, claimed, claimed_hash)
      on conflict do nothing;
    if found then
      perform forget_oldest_keys();
      return;
    end if;
  end if;
  select * into known from idempotency_keys where customer_id = claimant and key = claimed;
  if mine and known.created_at < now() - interval '24 hours' then
    perform forget_old_key(claimant, claimed);
    insert into idempotency_keys (customer_id, key, request_hash) values (claimant, claimed, claimed_hash);
    return;
  end if;
  if known.outcome is null or known.created_at < now() - interval '24 hours' then
    outcome := refusal('idempotency_key_in_progress', 'A request with this Idempotency-Key is still under way');
  elsif known.request_hash <> claimed_hash then
    outcome := refusal('idempotency_key_reused', 'This Idempotency-Key belongs to a different request');
  else
    outcome := known.outcome;
    replayed := true;
  end if;
end $$;

-- Locks always in the order of the ids, so that two transfers between the same accounts wait for each other instead
-- of deadlocking. A party that doesn't exist stays null.
create function lock_accounts(from_account uuid, to_number text, out payer accounts, out payee accounts)
language plpgsql set search_path = public, pg_temp as $$
declare
  account accounts;
begin
  for account in
    select * from accounts where id = from_account or number = to_number order by id for no key update
  loop
    if account.id = from_account then payer := account; end if;
    if account.number = to_number then payee := account; end if;
  end loop;
end $$;

-- Says why money may not move, or null. Without a customer the bank itself asks, who may move what isn't its own.
create function decide(customer uuid, payer accounts, payee accounts, amount bigint) returns jsonb
language plpgsql immutable as $$
declare
  -- What a JavaScript number holds exactly.
  most constant bigint := 9007199254740991;
begin
  if amount is null or amount <= 0 then
    raise exception 'an amount is more than zero' using errcode = 'check_violation', constraint = 'transfers_amount_check';
  end if;
  if payer.id is null or payer.customer_id is distinct from coalesce(customer, payer.customer_id) then
    return refusal('unknown_account', 'The account to pay from is not one of yours');
  end if;
  if payee.id is null then
    return refusal('unknown_account', 'There is no account with this number');
  end if;
  if payer.id = payee.id then
    return refusal('same_account', 'An account cannot pay itself');
  end if;
  if payer.currency <> payee.currency then
    return refusal('currency_mismatch', format('The account to be paid is not kept in %s', payer.currency));
  end if;
  if payer.balance < amount and not payer.allows_overdraft then
    return refusal('insufficient_funds', 'The balance does not cover this amount');
  end if;
  if payee.balance > most - amount or payer.balance < amount - most then
    return refusal('balance_limit', 'A balance would be larger than the bank can keep');
  end if;
  return null;
end $$;

create function describe_transfer(transfer transfers, from_number text, to_number text) returns jsonb
language plpgsql stable as $$
begin
  return jsonb_strip_nulls(jsonb_build_object('id', transfer.id, 'amount', transfer.amount,
    'currency', transfer.currency, 'reference', transfer.reference,
    'createdAt', to_char(transfer.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'from', jsonb_build_object('number', from_number), 'to', jsonb_build_object('number', to_number),
    'reverses', transfer.reverses));
end $$;

-- Books a transfer between two locked accounts: the journal, both balances, both postings.
create function book_transfer(payer accounts, payee accounts, amount bigint, reference text, reversed uuid)
returns jsonb
language plpgsql set search_path = public, pg_temp as $$
declare
  journal transfers;
  payer_balance constant bigint := payer.balance - amount;
  payee_balance constant bigint := payee.balance + amount;
begin
  insert into transfers (from_account_id, to_account_id, amount, currency, reference, reverses)
    values (payer.id, payee.id, amount, payer.currency, reference, reversed) returning * into journal;
  update accounts set balance = case id when payer.id then payer_balance else payee_balance end
    where id in (payer.id, payee.id);
  insert into entries (transfer_id, account_id, currency, amount, balance_after)
    values (journal.id, payer.id, payer.currency, -amount, payer_balance),
      (journal.id, payee.id, payer.currency, amount, payee_balance);
  return jsonb_build_object('transfer', describe_transfer(journal, payer.number, payee.number));
end $$;

-- Moves a customer's money once for each key. `outcome` is {transfer} or {refusal}.
create function transfer_money(
  customer uuid, key text, request_hash bytea, from_account uuid, to_number text, amount bigint, reference text,
  out outcome jsonb, out replayed boolean
) language plpgsql set search_path = public, pg_temp as $$
declare
  claim record := claim_key(customer, key, request_hash);
  parties record;
begin
  outcome := claim.outcome;
  replayed := claim.replayed;
  if outcome is not null then return; end if;
  parties := lock_accounts(from_account, to_number);
  outcome := decide(customer, parties.payer, parties.payee, amount);
  if outcome is null then
    outcome := book_transfer(parties.payer, parties.payee, amount, reference, null);
  end if;
  update idempotency_keys set outcome = transfer_money.outcome
    where idempotency_keys.customer_id = customer and idempotency_keys.key = transfer_money.key;
end $$;

-- What transfer_money would answer now, and who would be paid: {preview} or {refusal}.
create function preview_transfer(
  customer uuid, from_account uuid, to_number text, amount bigint, reference text
) returns jsonb
language plpgsql stable set search_path = public, pg_temp as $$
declare
  payer accounts;
  payee accounts;
  refused jsonb;
begin
  select * into payer from accounts where id = from_account;
  select * into payee from accounts where number = to_number;
  refused := decide(customer, payer, payee, amount);
  if refused is not null then return refused; end if;
  return jsonb_build_object('preview', jsonb_build_object(
    'from', jsonb_build_object('number', payer.number, 'balanceAfter', payer.balance - amount),
    'to', jsonb_build_object('number', payee.number,
      'name', coalesce((select name from customers where id = payee.customer_id), payee.name),
      'own', payee.customer_id is not distinct from customer),
    'amount', amount, 'currency', payer.currency, 'reference', reference));
end $$;

-- Moves the money of a transfer back, once for each key and each transfer. `outcome` is as with transfer_money.
create function reverse_transfer(
  operator uuid, key text, request_hash bytea, transfer_id uuid, reason text,
  out outcome jsonb, out replayed boolean
) language plpgsql set search_path = public, pg_temp as $$
declare
  claim record;
  original transfers;
  parties record;
begin
  if not exists (select from customers where id = operator and role = 'operator') then
    raise exception 'only an operator reverses transfers' using errcode = 'insufficient_privilege';
  end if;
  claim := claim_key(operator, key, request_hash);
  outcome := claim.outcome;
  replayed := claim.replayed;
  if outcome is not null then return; end if;
  select * into original from transfers where id = transfer_id;
  if original.id is null then
    outcome := refusal('unknown_transfer', 'There is no such transfer');
  elsif original.reverses is not null then
    outcome := refusal('not_reversible', 'A reversal cannot be reversed');
  else
    parties := lock_accounts(original.to_account_id,
      (select number from accounts where id = original.from_account_id));
    -- Asked under the lock: whoever reverses the same transfer at the same time has committed or waits.
    if exists (select from transfers where reverses = transfer_id) then
      outcome := refusal('already_reversed', 'This transfer has been reversed already');
    else
      outcome := decide(null, parties.payer, parties.payee, original.amount);
      if outcome is null then
        outcome := book_transfer(parties.payer, parties.payee, original.amount, reason, original.id);
      end if;
    end if;
  end if;
  update idempotency_keys set outcome = reverse_transfer.outcome
    where idempotency_keys.customer_id = operator and idempotency_keys.key = reverse_transfer.key;
end $$;

-- The api writes what its statements name and nothing else: no chain, no time, no overdraft.

revoke insert on accounts, transfers, entries, idempotency_keys from dwaybank_api;
grant insert (customer_id, number, name, currency) on accounts to dwaybank_api;
grant insert (id, from_account_id, to_account_id, amount, currency, reference, reverses) on transfers to dwaybank_api;
grant insert (transfer_id, account_id, currency, amount, balance_after) on entries to dwaybank_api;
grant insert (customer_id, key, request_hash) on idempotency_keys to dwaybank_api;

revoke execute on function forget_old_key, forget_oldest_keys, claim_key, lock_accounts, book_transfer,
  transfer_money, preview_transfer, reverse_transfer from public;
grant execute on function forget_old_key, forget_oldest_keys, claim_key, lock_accounts, book_transfer,
  transfer_money, preview_transfer, reverse_transfer to dwaybank_api;
