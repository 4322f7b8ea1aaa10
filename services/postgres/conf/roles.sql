-- Run at every start, before the server can be reached: a changed Secret takes effect by a restart.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv api_user API_USER
\getenv api_password API_PASSWORD
\getenv pgadmin_password PGADMIN_PASSWORD
\getenv monitor_password MONITOR_PASSWORD
\getenv backup_password BACKUP_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['dwaybank_owner', 'dwaybank_api', 'dwaybank_api_a', 'dwaybank_api_b', 'dwaybank_pgadmin',
  'dwaybank_monitor', 'dwaybank_backup', 'dwaybank_heads']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE dwaybank_owner LOGIN PASSWORD :'owner_password';

-- dwaybank_api holds the api's rights. The api logs in as one of its two members, so that a new password can be the other
-- one's and both are good while the api changes over; or as itself, where nobody says otherwise.
GRANT dwaybank_api TO dwaybank_api_a, dwaybank_api_b;
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', name)
FROM unnest(ARRAY['dwaybank_api', 'dwaybank_api_a', 'dwaybank_api_b']) AS name
WHERE name <> :'api_user'
\gexec
ALTER ROLE :"api_user" LOGIN PASSWORD :'api_password';

-- A developer's tool, which has a password only where the tool runs.
\if :{?pgadmin_password}
ALTER ROLE dwaybank_pgadmin LOGIN PASSWORD :'pgadmin_password';
GRANT dwaybank_owner TO dwaybank_pgadmin;
\else
ALTER ROLE dwaybank_pgadmin NOLOGIN PASSWORD NULL;
REVOKE dwaybank_owner FROM dwaybank_pgadmin;
\endif

-- Reads the server's statistics and no table, and has a password only where the exporter runs.
GRANT pg_monitor TO dwaybank_monitor;
\if :{?monitor_password}
ALTER ROLE dwaybank_monitor LOGIN PASSWORD :'monitor_password' CONNECTION LIMIT 3;
\else
ALTER ROLE dwaybank_monitor NOLOGIN PASSWORD NULL;
\endif

-- Notes beside each backup where the books stood, and has a password only where backups are made.
\if :{?backup_password}
ALTER ROLE dwaybank_backup LOGIN PASSWORD :'backup_password' CONNECTION LIMIT 3;
\else
ALTER ROLE dwaybank_backup NOLOGIN PASSWORD NULL;
\endif

SELECT 'CREATE DATABASE dwaybank OWNER dwaybank_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'dwaybank')
\gexec

REVOKE ALL ON DATABASE dwaybank, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE dwaybank TO dwaybank_api, dwaybank_pgadmin, dwaybank_monitor, dwaybank_backup;
