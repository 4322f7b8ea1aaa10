#!/bin/bash
# back-up full|diff: backs up the server of the pod postgres. Without a full backup before it, diff makes a full one. What the
# ledger's chains ended with before it is put beside it: a copy of other books, which add up as well, is known by that.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway backup' >&2
  exit 1
}
readonly OTHER_DATABASE=28
NOTES=$(mktemp -d)
readonly NOTES
trap 'rm -rf "$NOTES"' EXIT

# A backup without its notes is better than none: nobody will verify it.
without() { echo "back-up: without $1, against which nobody can verify this backup: see above" >&2; }

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "--dbname=${LEDGER:-dwaybank}" "--command=$1"; }

# With a name that pgBackRest takes for its own, it decrypts it by the key of the repository; with the backup, it goes.
put() { pgbackrest repo-put --log-level-console=warn "backup/$PGBACKREST_STANZA/$1/$2.backup.info" <"$NOTES/$2"; }

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
pgbackrest backup --type="$1" | tee "$NOTES/log"
label=$(sed -n 's/.*new backup label = //p' "$NOTES/log")
for note in heads undone; do
  [[ -e $NOTES/$note ]] && put "$label" "$note" || without "$note"
done
