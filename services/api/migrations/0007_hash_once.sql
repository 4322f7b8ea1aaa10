-- An entry's hash is made where the entry is, once: nobody writes another who could not also switch off the check of it
-- at commit, and ./dway ledger check computes all of them anew.

-- In SQL, and no more immutable than what it calls, it is planned as part of the trigger's own expression.
create or replace function entry_hash(
  previous bytea, id bigint, sequence bigint, transfer_id uuid, account_id uuid, currency text, amount bigint,
  balance_after bigint, created_at timestamptz
) returns bytea
language sql stable parallel safe as $$
  select sha256(previous || convert_to(concat_ws('|', id, sequence, transfer_id, account_id, currency, amount,
    balance_after, (extract(epoch from created_at) * 1000000)::bigint), 'UTF8'));
$$;

create or replace function check_entry() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
  stated bigint;
  previous_balance bigint;
begin
  perform check_transfer(new.transfer_id);
  select accounts.balance, previous.balance_after into stated, previous_balance
    from accounts left join entries previous
      on previous.account_id = accounts.id and previous.sequence = new.sequence - 1
    where accounts.id = new.account_id;
  if (previous_balance is null) <> (new.sequence = 1) then
    raise exception 'entry % of account % has no entry before it', new.sequence, new.account_id
      using errcode = 'check_violation', constraint = 'entries_sequence_continues';
  end if;
  if coalesce(previous_balance, 0) + new.amount <> new.balance_after then
    raise exception 'entry % of account % does not continue its balance', new.sequence, new.account_id
      using errcode = 'check_violation', constraint = 'entries_balance_continues';
  end if;
  if stated <> new.balance_after then
    perform check_account(new.account_id);
  end if;
  return null;
end $$;
