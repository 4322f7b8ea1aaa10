-- An operator of the bank may do what no customer may. The api reads the role and can't give one.

alter table customers add column role text not null default 'customer'
  constraint customers_role_known check (role in ('customer', 'operator'));

revoke insert on customers from dwaybank_api;
grant insert (id, email, name, password_hash) on customers to dwaybank_api;
