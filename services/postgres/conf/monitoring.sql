-- Run at every start, after roles.sql.
-- The one thing that the exporter is told with more rights than its own: what backups there are, as pgBackRest lists them.
\set ON_ERROR_STOP on
\connect dwaybank
CREATE SCHEMA IF NOT EXISTS monitor;
CREATE OR REPLACE FUNCTION monitor.newest_backups()
RETURNS TABLE (type text, bytes bigint, previous_bytes bigint, stored_bytes bigint, ended_seconds bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CREATE TEMP TABLE listing (stanzas json) ON COMMIT DROP;
  -- A store that is away would be tried for minutes.
  COPY listing FROM PROGRAM 'timeout 5 pgbackrest info --output=json --log-level-console=off || echo []';
  RETURN QUERY
  SELECT DISTINCT ON (each.type) each.type, each.bytes, lag(each.bytes) OVER (ORDER BY each.label),
    sum(each.stored) OVER (PARTITION BY each.type)::bigint, each.ended
  FROM listing, json_array_elements(stanzas) AS stanza, json_array_elements(stanza->'backup') AS backup,
    LATERAL (SELECT backup->>'type' AS type, backup->>'label' AS label,
      (backup->'info'->>'size')::bigint AS bytes, (backup->'info'->'repository'->>'delta')::bigint AS stored,
      (backup->'timestamp'->>'stop')::bigint AS ended) AS each
  WHERE backup->>'error' IS DISTINCT FROM 'true'
  ORDER BY each.type, each.label DESC;
  DROP TABLE listing;
END $$;
REVOKE ALL ON FUNCTION monitor.newest_backups() FROM PUBLIC;
GRANT USAGE ON SCHEMA monitor TO dwaybank_monitor;
GRANT EXECUTE ON FUNCTION monitor.newest_backups() TO dwaybank_monitor;
