-- Run at every start, after roles.sql: what a backup notes beside itself. Its role reads no table: these two functions tell it.
\set ON_ERROR_STOP on
\connect dwaybank
CREATE SCHEMA IF NOT EXISTS backup;

-- The last entry of each account, as ./dway ledger check --save writes it. Whatever is restored from a backup that began later
-- has these entries. PL/pgSQL, because the first backup may be made before the tables. With its owner's rights: as whom nobody
-- logs in, and who may read the columns that a migration names.
CREATE OR REPLACE FUNCTION backup.heads() RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
BEGIN
  IF to_regclass('public.entries') IS NULL THEN
    RETURN json_build_object('savedAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'totals', json_build_array(), 'transfers', 0, 'heads', json_build_array());
  END IF;
  RETURN (
    WITH heads AS (
      SELECT a.id, a.number AS account, e.sequence, encode(e.hash, 'hex') AS hash, a.currency, a.balance
      FROM public.accounts AS a
      LEFT JOIN LATERAL (
        SELECT sequence, hash FROM public.entries WHERE account_id = a.id ORDER BY sequence DESC LIMIT 1
      ) AS e ON true
    )
    SELECT json_build_object(
      'savedAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'totals', (
        SELECT coalesce(json_agg(t), '[]')
        FROM (SELECT currency, sum(balance)::text AS balances, coalesce(sum(sequence), 0) AS entries FROM heads GROUP BY currency) AS t
      ),
      'transfers', (SELECT count(*) FROM public.transfers),
      'heads', coalesce(json_agg(json_build_object('id', id, 'account', account, 'sequence', sequence, 'hash', hash))
        FILTER (WHERE sequence IS NOT NULL), '[]')
    )
    FROM heads
  );
END
$$;

ALTER FUNCTION backup.heads() OWNER TO dwaybank_heads;
-- Again, since that migration may have run before there was the role.
SELECT format('GRANT SELECT (%s) ON public.%I TO dwaybank_heads', columns, name)
FROM (VALUES ('accounts', 'id, number, currency, balance'), ('entries', 'account_id, sequence, hash'), ('transfers', 'id'))
  AS needed (name, columns)
WHERE EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public.entries') AND attname = 'hash')
\gexec

-- The times to which nothing can be restored because a restore has gone back behind them, a line each: swap.ts.
CREATE OR REPLACE FUNCTION backup.undone() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(pg_read_file('/data/undone', true), '')
$$;

REVOKE ALL ON FUNCTION backup.heads(), backup.undone() FROM PUBLIC;
GRANT USAGE ON SCHEMA backup TO dwaybank_backup;
GRANT EXECUTE ON FUNCTION backup.heads(), backup.undone() TO dwaybank_backup;
