-- What operators of the bank did is kept as it was written: whose books they read, which transfer they reversed and why.

create table operator_actions (
  id bigint generated always as identity primary key,
  operator_id uuid not null references customers (id),
  kind text not null constraint operator_actions_kind_known check (kind in ('customer_read', 'transfer_reversed')),
  customer_id uuid references customers (id),
  transfer_id uuid references transfers (id),
  reason text not null default '' check (length(reason) <= 140),
  address text not null check (length(address) <= 45),
  device text not null check (length(device) <= 64),
  request_id text not null check (length(request_id) <= 64),
  created_at timestamptz not null default now(),
  constraint operator_actions_have_a_subject check (
    case kind when 'customer_read' then customer_id is not null
      else transfer_id is not null and reason <> '' end)
);

create trigger operator_actions_are_final before update or delete on operator_actions
  for each row execute function refuse_event_change();
create trigger operator_actions_stay before truncate on operator_actions
  for each statement execute function refuse_event_change();

-- reverse_transfer, and in the same commit who did it, from where and why.
create function reverse_transfer_on_record(
  operator uuid, key text, request_hash bytea, transfer_id uuid, reason text,
  address text, device text, request_id text, out outcome jsonb, out replayed boolean
) language plpgsql set search_path = public, pg_temp as $$
declare
  answer record := reverse_transfer(operator, key, request_hash, transfer_id, reason);
begin
  outcome := answer.outcome;
  replayed := answer.replayed;
  if outcome ? 'transfer' and not replayed then
    insert into operator_actions (operator_id, kind, transfer_id, reason, address, device, request_id)
      values (operator, 'transfer_reversed', transfer_id, reason, address, device, request_id);
  end if;
end $$;

revoke execute on function reverse_transfer_on_record from public;
grant execute on function reverse_transfer_on_record to dwaybank_api;
grant insert (operator_id, kind, customer_id, transfer_id, reason, address, device, request_id)
  on operator_actions to dwaybank_api;
