-- outside of a transaction
-- Only the release before 0003 reads entries in the order of their ids; each transfer wrote into this index twice.
drop index concurrently if exists entries_by_account;
