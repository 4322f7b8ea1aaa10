#!/bin/bash
# back-up full|diff: backs up the server of the pod postgres. Without a full backup before it, diff makes a full one. What the
# ledger's chains ended with before it is put beside it: a copy of other books, which add up as well, is known by that. So is a
# copy of Redis.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway backup' >&2
  exit 1
}
readonly OTHER_DATABASE=28
# In KiB, more than Redis may hold: a copy that goes on and on must not fill the node.
readonly LARGEST_COPY=327680
NOTES=$(mktemp -d)
readonly NOTES
trap 'rm -rf "$NOTES"' EXIT

# A backup without them is better than none, and will not pass for a whole one: the verification asks for each.
without() { echo "back-up: without $1, so that nobody can verify all of this backup: see above" >&2; }

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "--dbname=${LEDGER:-dwaybank}" "--command=$1"; }

# With a name that pgBackRest takes for its own, it decrypts it by the key of the repository; with the backup, it goes.
put() { pgbackrest repo-put --log-level-console=warn "backup/$PGBACKREST_STANZA/$1/$2.backup.info" <"$NOTES/$2"; }

# What runs says something only if it fails.
quietly() {
  local said
  said=$("$@" 2>&1) || {
    printf '%s\n' "$said" >&2
    return 1
  }
}

# Redis sends what it holds as to a replica. redis-cli verifies who has signed its certificate, and no name: that is done before.
copy_redis() {
  local name=${REDIS_HOST:-}
  [[ -n $name ]] || {
    echo 'back-up: REDIS_HOST names no Redis' >&2
    return 1
  }
  quietly timeout 10 openssl s_client -connect "$name:6379" -verify_hostname "$name" -verify_return_error -verify_quiet \
    -no-CApath -no-CAstore -CAfile "$REDIS_CA_FILE" </dev/null || return
  (
    ulimit -f "$LARGEST_COPY"
    export REDISCLI_AUTH=$REDIS_PASSWORD
    quietly timeout 300 redis-cli -e -h "$name" --tls --cacert "$REDIS_CA_FILE" --user "$REDIS_USER" --rdb "$NOTES/redis"
  ) || return
  redis-check-rdb "$NOTES/redis" >"$NOTES/checked" || {
    tail -n 3 "$NOTES/checked" >&2
    return 1
  }
}

copy_redis &
copying=$!
status=0
pgbackrest stanza-create --log-level-console=warn || status=$?
case $status in
  0) ;;
  # The volume was emptied while the store was kept: backups of the database before stay beside those of the new one.
  "$OTHER_DATABASE") pgbackrest stanza-upgrade ;;
  *) exit "$status" ;;
esac
# Now that PostgreSQL has answered, and before the copy begins.
for note in heads undone; do
  ask "select backup.$note()" >"$NOTES/$note" || rm "$NOTES/$note"
done
words=()
if wait "$copying"; then
  # Where a list of backups has it.
  words+=("--annotation=redis-keys=$(sed -n 's/^\[info\] \([0-9]*\) keys read.*/\1/p' "$NOTES/checked")")
else
  rm -f "$NOTES/redis"
fi
pgbackrest backup --type="$1" "${words[@]}" | tee "$NOTES/log"
label=$(sed -n 's/.*new backup label = //p' "$NOTES/log")
declare -A puts
for note in heads undone redis; do
  { [[ -e $NOTES/$note ]] && put "$label" "$note"; } &
  puts[$note]=$!
done
for note in heads undone; do
  wait "${puts[$note]}" || without "$note"
done
wait "${puts[redis]}" || {
  without 'a copy of Redis'
  [[ ${#words[@]} -eq 0 ]] || pgbackrest annotate --log-level-console=warn "--set=$label" --annotation=redis-keys=
}
