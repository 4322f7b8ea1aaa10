#!/bin/bash
# pgbackrest-push PATH: gives a segment of the log to the store, for PostgreSQL, which tries again what fails. pgBackRest calls
# it a success as well if it gives a segment up because too many wait: that is noted on the volume, as nothing can be restored
# across the gap. By its name pgBackRest believes that its archive is written to.
set -uo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}
readonly SEGMENT=$1

# pgBackRest would try a store that is away for minutes. PostgreSQL counts each try, which alerts go by, and when it is told
# to end makes three more, for which its pod has a minute.
said=$(timeout 15 pgbackrest archive-push "$SEGMENT" 2>&1)
status=$?
[[ -z $said ]] || printf '%s\n' "$said" >&2
# Without its note it isn't given up.
if [[ $said == *'dropped WAL file'* ]]; then
  dropped=${PGDATA%/*}/dropped
  { echo "${SEGMENT##*/} $(date --utc --reference="$SEGMENT" +%FT%T.%3NZ)" >>"$dropped" && sync "$dropped"; } || exit 1
fi
exit "$status"
