#!/bin/bash
# Lets whoever has the backups' certificate read PostgreSQL's files. It goes on whatever happens: if this container ended, the
# pod would not be ready, and the bank without its database. A new certificate is taken without a restart.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}
server=
# Where PostgreSQL reads what backups there are, and when certificates end: monitoring.sql.
readonly LISTING=/run/postgresql/backups.json ENDS=/run/postgresql/certificates

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

# When a certificate ends, in seconds since 1970, behind its server's name. What is no certificate is left out.
ends() {
  local end
  end=$(openssl x509 -noout -enddate 2>/dev/null) && echo "$1 $(date --date="${end#*=}" +%s)"
}

# PostgreSQL is asked what it shows, since it may not have read the file anew; the server here has.
list_certificates() {
  {
    timeout 5 openssl s_client -connect localhost:5432 -starttls postgres </dev/null 2>/dev/null | ends postgres
    ends backup <"$PGBACKREST_TLS_SERVER_CERT_FILE"
  } >"$ENDS.new"
  mv "$ENDS.new" "$ENDS"
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
    list_certificates || true
    now=$(certificates)
    [[ $now == "$served" ]] || kill -HUP "$server" 2>/dev/null || true
    served=$now
  done
  echo 'backup: the server ended; it is started again in 5 s' >&2
  sleep 5 &
  wait $! || true
done
