-- By this role a backup notes where the books stand: it owns the function that tells it, and reads what that needs. There is
-- none where the bank makes no backups of its own.
do $$ begin
  if exists (select from pg_roles where rolname = 'dwaybank_heads') then
    grant select (id, number, currency, balance) on accounts to dwaybank_heads;
    grant select (account_id, sequence, hash) on entries to dwaybank_heads;
    grant select (id) on transfers to dwaybank_heads;
  end if;
end $$;
