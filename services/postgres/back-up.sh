#!/bin/bash
# back-up full|diff: backs up the server of the pod postgres. Without a full backup before it, diff makes a full one.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway backup' >&2
  exit 1
}
readonly OTHER_DATABASE=28

status=0
pgbackrest stanza-create --log-level-console=warn || status=$?
case $status in
  0) ;;
  # The volume was emptied while the store was kept: backups of the database before stay beside those of the new one.
  "$OTHER_DATABASE") pgbackrest stanza-upgrade ;;
  *) exit "$status" ;;
esac
exec pgbackrest backup --type="$1"
