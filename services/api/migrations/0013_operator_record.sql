-- What operators searched for is kept too, and who asked for what only operators may. That a transfer was reversed is
-- written by the function that reverses it, and by nobody else.

-- Each constraint gives way to a wider one in the same transaction: the rows that are there fit it.
alter table operator_actions
  add column searched text not null default '',
  -- squawk-ignore ban-drop-constraint
  drop constraint operator_actions_kind_known,
  add constraint operator_actions_kind_known check (kind in (
    'customer_read', 'customers_searched', 'transfers_searched', 'transfer_reversed'
  )) not valid,
  -- squawk-ignore ban-drop-constraint
  drop constraint operator_actions_have_a_subject,
  add constraint operator_actions_have_a_subject check (
    case kind when 'customer_read' then customer_id is not null
      when 'transfer_reversed' then transfer_id is not null and reason <> ''
      else searched <> '' end
  ) not valid,
  add constraint operator_actions_searched_check check (length(searched) <= 140) not valid;
grant insert (searched) on operator_actions to dwaybank_api;

alter table security_events
  -- squawk-ignore ban-drop-constraint
  drop constraint security_events_kind_known,
  add constraint security_events_kind_known check (kind in (
    'registered', 'login_succeeded', 'login_failed', 'throttled', 'logout', 'logout_everywhere',
    'session_revoked', 'password_refused', 'password_changed', 'profile_changed', 'operator_refused'
  )) not valid;

-- With the rights of its owner alone: see reverse_transfer_on_record.
create function refuse_reversal_off_record() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
  if not pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'USAGE') then
    raise exception 'only reverse_transfer_on_record records a reversal' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create trigger operator_actions_reversed_on_record before insert on operator_actions
  for each row when (new.kind = 'transfer_reversed') execute function refuse_reversal_off_record();

alter function reverse_transfer_on_record security definer;

-- As in 0003, and nobody takes back what they paid or got themselves.
create or replace function reverse_transfer(
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
  elsif exists (select from accounts where customer_id = operator
                and id in (original.from_account_id, original.to_account_id)) then
    outcome := refusal('own_transfer', 'Nobody reverses a transfer of their own');
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
