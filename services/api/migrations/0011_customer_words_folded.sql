-- outside of a transaction
-- Text search lowers ASCII alone here, and takes St.John for a host: so the words are made before it sees them, by Unicode's
-- letters whatever the database's locale is.
create index concurrently customers_by_folded_words on customers using gin (to_tsvector('simple',
  regexp_replace(lower((name || ' ' || email) collate pg_c_utf8), '[^[:alnum:]]+', ' ', 'g')));
