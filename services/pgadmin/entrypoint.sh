#!/bin/bash
# Makes pgAdmin's account and its one connection from the environment, on every start, then runs it.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

readonly APP=/opt/pgadmin/packages/pgadmin4
readonly DATA=/var/lib/pgadmin

for name in PGADMIN_EMAIL PGADMIN_PASSWORD DATABASE_HOST DATABASE_PORT DATABASE_NAME DATABASE_CA_FILE DATABASE_USER DATABASE_PASSWORD; do
  [[ -n ${!name:-} ]] || {
    echo "pgadmin: $name is empty; set it from its Secret or in the Deployment" >&2
    exit 1
  }
done

umask 077
storage=$DATA/storage/${PGADMIN_EMAIL//@/_}
mkdir -p "$storage"
secret=${DATABASE_PASSWORD//\\/\\\\}
echo "$DATABASE_HOST:$DATABASE_PORT:*:$DATABASE_USER:${secret//:/\\:}" >"$storage/pgpass"
# pgAdmin looks for files here alone, and reads this one for each connection.
ln -sf "$DATABASE_CA_FILE" "$storage/ca.crt"
cat >"$DATA/servers.json" <<EOF
{
  "Servers": {
    "1": {
      "Name": "dwaybank",
      "Group": "Servers",
      "Host": "$DATABASE_HOST",
      "Port": $DATABASE_PORT,
      "MaintenanceDB": "$DATABASE_NAME",
      "DBRestriction": "$DATABASE_NAME",
      "Username": "$DATABASE_USER",
      "Role": "dwaybank_owner",
      "ConnectionParameters": { "passfile": "/pgpass", "sslmode": "verify-full", "sslrootcert": "/ca.crt", "connect_timeout": 10 }
    }
  }
}
EOF

cd "$APP"
if [[ ! -e $DATA/ready ]]; then
  rm -f "$DATA/pgadmin4.db"
  PGADMIN_SETUP_EMAIL=$PGADMIN_EMAIL PGADMIN_SETUP_PASSWORD=$PGADMIN_PASSWORD python setup.py setup-db
  python setup.py load-servers "$DATA/servers.json" --user "$PGADMIN_EMAIL"
  touch "$DATA/ready"
fi
unset PGADMIN_PASSWORD DATABASE_PASSWORD
# One process: pgAdmin keeps its database connections in memory.
exec gunicorn --bind '0.0.0.0:8080' --workers 1 --threads 16 --timeout 120 --graceful-timeout 10 --no-control-socket pgAdmin4:app
