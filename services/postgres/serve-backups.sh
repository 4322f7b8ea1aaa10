#!/bin/bash
# Lets whoever has the backups' certificate read PostgreSQL's files. It goes on whatever happens: if this container ended, the
# pod would not be ready, and the bank without its database. A new certificate is taken without a restart.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}
server=
# Where PostgreSQL reads what backups there are: monitoring.sql.
readonly LISTING=/run/postgresql/backups.json

certificates() {
  cat "$PGBACKREST_TLS_SERVER_CERT_FILE" "$PGBACKREST_TLS_SERVER_CA_FILE" 2>&1 | sha256sum || true
}

stop() {
  trap - INT TERM
  [[ -z $server ]] || kill -TERM "$server" 2>/dev/null || true
  exit 0
}
trap stop INT TERM

# A store that is away leaves the list as it was.
list_backups() {
  timeout 30 pgbackrest info --output=json --log-level-console=off >"$LISTING.new" 2>/dev/null || return 0
  mv "$LISTING.new" "$LISTING"
}

round=0
while :; do
  served=$(certificates)
  pgbackrest server &
  server=$!
  while kill -0 "$server" 2>/dev/null; do
    # A trap runs between commands: only `wait` is interrupted by a signal.
    sleep 15 &
    wait -n "$server" $! || true
    ((round++ % 4)) || list_backups &
    now=$(certificates)
    [[ $now == "$served" ]] || kill -HUP "$server" 2>/dev/null || true
    served=$now
  done
  echo 'backup: the server ended; it is started again in 5 s' >&2
  sleep 5 &
  wait $! || true
done
