-- outside of a transaction
-- Only the release before 0011 asks by it: its searches read all customers meanwhile.
drop index concurrently if exists customers_by_words;
