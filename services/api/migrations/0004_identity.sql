-- Customers change their own name, e-mail address and password; what happens to their access is kept as it was written.

grant update (name, email, password_hash) on customers to dwaybank_api;

-- Without a customer: somebody tried an e-mail address that nobody has. Which one is not kept.
create table security_events (
  id bigint generated always as identity primary key,
  customer_id uuid references customers (id),
  kind text not null constraint security_events_kind_known check (kind in (
    'registered', 'login_succeeded', 'login_failed', 'throttled', 'logout', 'logout_everywhere',
    'session_revoked', 'password_refused', 'password_changed', 'profile_changed'
  )),
  detail text not null default '' check (length(detail) <= 100),
  address text not null check (length(address) <= 45),
  device text not null check (length(device) <= 64),
  request_id text not null check (length(request_id) <= 64),
  created_at timestamptz not null default now(),
  constraint security_events_have_a_customer
    check (customer_id is not null or kind in ('login_failed', 'throttled'))
);
create index security_events_by_customer on security_events (customer_id, id desc);

create function refuse_event_change() returns trigger
language plpgsql as $$
begin
  raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger security_events_are_final before update or delete on security_events
  for each row execute function refuse_event_change();
create trigger security_events_stay before truncate on security_events
  for each statement execute function refuse_event_change();

grant select on security_events to dwaybank_api;
grant insert (customer_id, kind, detail, address, device, request_id) on security_events to dwaybank_api;
