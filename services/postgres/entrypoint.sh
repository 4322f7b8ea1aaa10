#!/bin/bash
# First start: makes the cluster beside its place and renames it, so that a half-made one is never taken for whole.
# Every start: sets up roles on a private socket, then becomes the server.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

readonly CONF=/etc/postgres
readonly PRIVATE=/run/postgresql/private
child=

fail() {
  echo "postgres: $*" >&2
  exit 1
}

# Bash runs a trap only between commands: what takes long runs in the background, where `wait` can be interrupted.
stop() {
  trap - INT TERM
  if [[ -n $child ]] && kill -INT "$child" 2>/dev/null; then wait "$child" || true; fi
  exit 0
}

attend() {
  "$@" &
  child=$!
  wait "$child"
  child=
}

create_cluster() {
  local new=$PGDATA.new
  rm -rf "$new"
  attend initdb --pgdata="$new" --username=dwaybank --auth=reject --encoding=UTF8 --data-checksums \
    --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --no-instructions
  rm "$new"/{postgresql,pg_hba,pg_ident}.conf
  sync --file-system "$new"
  mv --no-target-directory "$new" "$PGDATA"
  sync "$(dirname "$PGDATA")"
}

set_up_roles() {
  rm -rf "$PRIVATE"
  mkdir -m 700 "$PRIVATE"
  # Neither an error nor slowness may put a password into the log with its statement.
  postgres --config-file="$CONF/postgresql.conf" "${archiving[@]}" -c listen_addresses='' -c unix_socket_directories="$PRIVATE" \
    -c log_min_error_statement=panic -c log_min_duration_statement=-1 &
  child=$!
  until pg_isready --quiet --host="$PRIVATE" --dbname=postgres; do
    kill -0 "$child" 2>/dev/null || fail 'the server ended before it was ready; its reason stands above'
    sleep 0.1
  done
  psql --quiet --no-psqlrc --host="$PRIVATE" --username=dwaybank --dbname=postgres \
    --file="$CONF/roles.sql" --file="$CONF/monitoring.sql" --file="$CONF/backup.sql" ||
    fail 'roles could not be set up; the reason stands above'
  kill -INT "$child"
  wait "$child"
  child=
}

for name in OWNER_PASSWORD API_PASSWORD; do
  [[ -n ${!name:-} ]] || fail "$name is empty; set it from its Secret (postgres-owner, postgres-api)"
done
[[ -r /tls/tls.crt && -r /tls/tls.key ]] || fail '/tls holds no certificate; mount the Secret postgres-tls'
case ${API_USER:=dwaybank_api} in
dwaybank_api | dwaybank_api_[ab]) export API_USER ;;
*) fail "API_USER is '$API_USER', which is no role of the api; set it from the Secret postgres-api" ;;
esac
[[ -n ${PGADMIN_PASSWORD:-} ]] || unset PGADMIN_PASSWORD
[[ -n ${MONITOR_PASSWORD:-} ]] || unset MONITOR_PASSWORD
[[ -n ${BACKUP_PASSWORD:-} ]] || unset BACKUP_PASSWORD

# What this server writes while roles are set up is archived by the next one.
archiving=()
[[ -z ${PGBACKREST_STANZA:-} ]] || archiving=(-c archive_mode=on -c archive_timeout=60s)

trap stop INT TERM
if [[ ! -e $PGDATA ]]; then
  create_cluster
elif [[ $(cat "$PGDATA/PG_VERSION" 2>/dev/null) != "${PGDATA##*/}" ]]; then
  fail "$PGDATA holds no data of PostgreSQL ${PGDATA##*/}; restore a backup or empty the volume"
fi
set_up_roles

unset OWNER_PASSWORD API_PASSWORD PGADMIN_PASSWORD MONITOR_PASSWORD BACKUP_PASSWORD
[[ ${#archiving[@]} -eq 0 ]] || archiving+=(-c 'archive_command=pgbackrest-push %p')
exec postgres --config-file="$CONF/postgresql.conf" "${archiving[@]}"
