-- outside of a transaction
-- Operators find customers by the beginnings of the words of their name and e-mail address.
create index concurrently customers_by_words on customers using gin
  (to_tsvector('simple', name || ' ' || translate(email, '@.+_-', '     ')));
