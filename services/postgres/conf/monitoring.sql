-- Run at every start, after roles.sql.
-- What the exporter is told with more rights than its own: what backups there are and when certificates end, as serve-backups
-- lists them.
-- It writes nothing, since each minute with a write would be a segment to archive.
\set ON_ERROR_STOP on
\connect dwaybank
CREATE SCHEMA IF NOT EXISTS monitor;
CREATE OR REPLACE FUNCTION monitor.newest_backups()
RETURNS TABLE (type text, bytes bigint, previous_bytes bigint, stored_bytes bigint, ended_seconds bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH backups AS (
    SELECT backup->>'type' AS type, backup->>'label' AS label, (backup->'info'->>'size')::bigint AS bytes,
      (backup->'info'->'repository'->>'delta')::bigint AS stored, (backup->'timestamp'->>'stop')::bigint AS ended
    FROM json_array_elements(pg_read_file('/run/postgresql/backups.json', true)::json) AS stanza,
      json_array_elements(stanza->'backup') AS backup
    WHERE backup->>'error' IS DISTINCT FROM 'true'
  )
  -- Only the newest of all is held against the one before it.
  SELECT DISTINCT ON (type) type, bytes,
    CASE WHEN label = max(label) OVER () THEN lag(bytes) OVER (ORDER BY label) END,
    sum(stored) OVER (PARTITION BY type)::bigint, ended
  FROM backups
  ORDER BY type, label DESC
$$;
CREATE OR REPLACE FUNCTION monitor.certificates()
RETURNS TABLE (store text, ends_seconds bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT split_part(line, ' ', 1), split_part(line, ' ', 2)::bigint
  FROM string_to_table(pg_read_file('/run/postgresql/certificates', true), E'\n') AS line WHERE line <> ''
$$;
REVOKE ALL ON FUNCTION monitor.newest_backups(), monitor.certificates() FROM PUBLIC;
GRANT USAGE ON SCHEMA monitor TO dwaybank_monitor;
GRANT EXECUTE ON FUNCTION monitor.newest_backups(), monitor.certificates() TO dwaybank_monitor;
