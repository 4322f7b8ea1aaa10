#!/bin/bash
# Restores a backup and what was archived after it into $PGDATA, and starts a server on it that nobody can reach by network.
#   restore-backup verify       the newest one; checks its books, and ends: 0 passed, 1 failed, 2 could not verify
#   restore-backup serve TIME [BACKUP]   as it was at TIME, as '2026-11-26 14:05:09.000+00', or with all that was archived if
#     that is empty; serves until it is told to end, and leaves data that another can start on
#   restore-backup list         restores nothing: prints the times that earlier restores have undone, and what backups there are
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway restore' >&2
  exit 1
}
readonly MODE=$1 TARGET=${2:-} BACKUP=${3:-}
# What pgBackRest ends with, or names, if it is the store's content that is wrong. Anything else proves nothing of a backup.
readonly DAMAGES='^(26|28|29|55|75|95|99)$' # checksum, file, format, missing file, no backup set, crypto, JSON
readonly MISSING_FILE=55
readonly DAMAGE_NAMES='^\[(Checksum|FileInvalid|Format|FileMissing|Crypto|JsonFormat)Error\]'
LOG=$(mktemp)
readonly LOG
# What the ledger's chains ended with before the backup, for whoever looks at the restored books.
readonly HEADS=${HEADS_FILE:-/tmp/heads.json}
child=
served=

# What runs must be gone before the folder is another's.
end_child() {
  trap - INT TERM
  [[ -z $child ]] || kill -INT "$child" 2>/dev/null || true
  wait || true
  child=
}

# The last words of a pod are kept with it.
end_with() {
  local status=$1
  shift
  end_child
  rm -f "$LOG"
  echo "$*" | tee /dev/termination-log || true
  exit "$status"
}
failed() { end_with 1 "failed: $*"; }
undecided() { end_with 2 "could not ${MODE/serve/restore}: $*"; }

stop() {
  [[ -n $served ]] || undecided 'it was told to end'
  end_child
  rm -f "$LOG"
  exit 0
}
trap stop INT TERM
# Whatever else goes wrong says nothing of a backup.
trap 'undecided "line $LINENO of restore-backup failed"' ERR

# What pgBackRest has ended with.
error_in_log() { sed -nE 's/.*ERROR: \[[0-9]+\]: (raised from [^:]*: )?//p;T;q' "$LOG"; }

query() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "--dbname=$1" "--command=$2"; }

# 16 MB each: a name has its timeline, and then eight digits for each of two parts of the number, the lower below 256.
segment_name() { printf '%08X%08X' "$(($1 >> 8))" "$(($1 & 255))"; }

# Hashes are computed anew as services/api/src/ledger/audit-queries.ts does it, not by a function of the database, which may have been changed as well.
readonly BROKEN_LINK="select 'account ' || coalesce(a.number, account_id::text) || ', sequence ' || sequence from (
    select *, sha256(coalesce(lag(hash) over chain, decode(repeat('00', 32), 'hex')) ||
      convert_to(concat_ws('|', id, sequence, transfer_id, account_id, currency, amount, balance_after,
        (extract(epoch from created_at) * 1000000)::bigint), 'UTF8')) as expected
    from entries window chain as (partition by account_id order by sequence, id)
  ) as e left join accounts as a on a.id = account_id
  where hash is distinct from expected order by e.id limit 1"

[[ $MODE == list || -z $(ls -A "$PGDATA" 2>/dev/null) ]] || undecided "$PGDATA is not empty: remove it, or restore into another folder"
[[ $MODE == list ]] || mkdir -p -m 700 "$PGDATA"

# Asked first, as a store that is away is tried for minutes by each command of pgBackRest. Whoever waits for a list waits less.
[[ $MODE != list ]] || export PGBACKREST_IO_TIMEOUT=3
pgbackrest info --output=json --log-level-console=error >"$LOG" 2>&1 &
child=$!
wait "$child" || undecided "the backups cannot be listed: $(error_in_log)"
child=
reason=$(sed -nE 's/.*"message":"(\[[A-Za-z]+\] [^"\\]*).*/\1/p' "$LOG")
if [[ $reason =~ $DAMAGE_NAMES ]]; then
  failed "the list of backups is damaged, or was written with another passphrase: $reason"
elif [[ -n $reason ]]; then
  undecided "the store cannot be read: $reason"
fi
# What back-up has noted beside a backup.
noted() { pgbackrest repo-get "--repo=$1" --log-level-console=off --log-level-stderr=error "backup/$PGBACKREST_STANZA/$2/$3.backup.info"; }

# The copy of Redis is beside the books, and it says something of them that it is asked for last: they are right.
check_redis() {
  local copy=$PGDATA.redis status=0 reason
  noted "$repository" "$backup" redis >"$copy" 2>"$LOG" || status=$?
  reason=$(error_in_log)
  if [[ $status -eq $MISSING_FILE ]]; then
    undecided "the books of $backup are right, but beside it is no copy of Redis"
  elif [[ $status =~ $DAMAGES ]]; then
    failed "the books of $backup are right, but the copy of Redis beside it is damaged: $reason"
  elif [[ $status -ne 0 ]]; then
    undecided "the books of $backup are right, but the copy of Redis beside it cannot be read: $reason"
  fi
  redis-check-rdb "$copy" >"$LOG" 2>&1 ||
    failed "the books of $backup are right, but the copy of Redis beside it is damaged: $(sed -n '/RDB ERROR DETECTED/{n;p;q}' "$LOG")"
  keys=$(sed -n 's/^\[info\] \([0-9]*\) keys read.*/\1/p' "$LOG")
  rm "$copy"
}

if [[ $MODE == list ]]; then
  newest=$(grep -oE '"label":"[^"]*"' "$LOG" | tail -n 1 | cut -d'"' -f4 || true)
  repository=$(grep -oE '"repo-key":[0-9]+\}' "$LOG" | tail -n 1 | tr -dc 0-9 || true)
  if [[ -n $newest ]]; then
    told=$(noted "$repository" "$newest" undone) && sed -n 's/./undone &/p' <<<"$told" || echo 'undone unknown'
  fi
  cat "$LOG"
  rm -f "$LOG"
  exit 0
fi
# The last segment in the archive that is written to, which is the first repository's. What recovery does not find, it takes
# for the end.
archived=$(grep -oE '"repo-key":1\},"id":"[^"]*","max":"[0-9A-F]*"' "$LOG" | tail -n 1 | cut -d'"' -f10 || true)

words=()
[[ -z $TARGET ]] || words+=(--type=time "--target=$TARGET" --target-action=promote)
[[ -z $BACKUP ]] || words+=("--set=$BACKUP")
status=0
pgbackrest restore --pg1-path="$PGDATA" "${words[@]}" >"$LOG" 2>&1 &
child=$!
wait "$child" || status=$?
child=
cat "$LOG"
backup=$(sed -n 's/.*restore backup set \([^,]*\),.*/\1/p' "$LOG")
repository=$(sed -n 's/.*repo\([0-9]*\): restore backup set .*/\1/p' "$LOG")
reason=$(error_in_log)
if [[ $status =~ $DAMAGES ]]; then
  failed "${backup:+$backup was not restored: }$reason"
elif [[ $status -ne 0 ]]; then
  undecided "${reason:-pgBackRest ended with $status}"
fi

# It archives nothing, but keeps what tells of its new timeline for a server that does: otherwise the next restore would
# begin a timeline of the same name.
postgres --config-file=/etc/postgres/postgresql.conf -c listen_addresses='' -c ssl=off -c archive_mode=on \
  -c unix_socket_directories="${PGHOST:-/run/postgresql}" >"$LOG" 2>&1 &
child=$!
until [[ $(query postgres 'select pg_is_in_recovery()' 2>/dev/null) == f ]] || ! kill -0 "$child" 2>/dev/null; do sleep 0.2; done
cat "$LOG"
# pgBackRest compares no checksum of a segment: PostgreSQL finds what is no record, and takes it for the end of the log. A server
# that crashed has left half a record, and says so in the next, which recovery goes on with.
damage=$(sed -nE '/successfully skipped missing contrecord/d; s/^[^]]*\] LOG: +(.*(incorrect|invalid|unexpected|contrecord|out-of-|too long|could not decompress).*)/\1/p;T;q' "$LOG")
# Recovery takes for missing whatever was not brought to it.
error=$(grep -oE '\[[A-Za-z]+Error\] .*' "$LOG" | grep -vE -m 1 "$DAMAGE_NAMES" || true)
[[ -z $error ]] || undecided "the archive could not be read while $backup was recovered: $error"
if ! kill -0 "$child" 2>/dev/null; then
  # Clients that came too early are told so by FATAL as well, but behind their names.
  reason=$(sed -nE 's/^[^]]*\] (FATAL|PANIC): +//p;T;q' "$LOG")
  grep -q 'database system was' "$LOG" || undecided "the server did not start: ${reason:-without a reason}"
  failed "$backup did not recover: ${damage:+$damage, }${reason:-the server ended without a reason}"
fi
# A moment that isn't reached makes PostgreSQL fail. Without one, what is missing looks like the end of all.
if [[ -z $TARGET ]]; then
  [[ -z $damage ]] || failed "the archive is damaged: $damage; $backup recovered to there"
  # Where the last record lies that was replayed.
  end=$(sed -n 's/.*redo done at \([0-9A-F]*\/[0-9A-F]*\).*/\1/p' "$LOG")
  [[ -n $end && -n $archived ]] || undecided "nothing says how far $backup recovered, or how far the archive goes"
  end=$(((16#${end%/*} << 32 | 16#${end#*/}) >> 24))
  all=$((16#${archived:8:8} << 8 | 16#${archived:16:8}))
  # Where another database or timeline has written since, the archive's end is not this one's.
  timeline=$(pg_controldata "$PGDATA" | sed -n 's/.*PrevTimeLineID: *//p')
  [[ $((16#${archived:0:8})) -eq $timeline ]] ||
    undecided "$backup recovered along timeline $timeline, and the end of the archive, $archived, is of another"
  [[ $end -ge $all ]] ||
    failed "segment $(segment_name "$((end + 1))") is missing or damaged: $backup recovered to the one before it, and the archive goes to $(segment_name "$all")"
fi
rm -f "$HEADS"
noted "$repository" "$backup" heads >"$HEADS" || rm -f "$HEADS"
# What said how far to recover must not be read by whoever starts on this data.
sed -i '/^# Recovery settings generated by pgBackRest/d; /^\(restore_command\|recovery_target\)/d' "$PGDATA/postgresql.auto.conf"
last=$(sed -n 's/.*last completed transaction was at log time //p' "$LOG")
echo "restored: $backup, last transaction ${last:-none}"

if [[ $MODE == verify ]]; then
  found=$(query dwaybank "select count(*) || ' entries in ' || (select count(*) from accounts) || ' accounts'
      from entries having coalesce(sum(amount), 0) = 0 and (select sum(balance) from accounts) = 0") ||
    undecided "the books of $backup cannot be read"
  [[ -n $found ]] || failed "$backup restored to ${last:-its end}, but its books do not add up to zero"
  broken=$(query dwaybank "$BROKEN_LINK") || undecided "the chains of $backup cannot be read"
  [[ -z $broken ]] || failed "$backup restored to ${last:-its end}, but its books were changed: $broken does not follow its chain"
  [[ -s $HEADS ]] ||
    undecided "beside $backup is not noted where the ledger's chains ended, or it cannot be read"
  lost=$(query dwaybank "select 'account ' || account || ', sequence ' || h.sequence || ' ' ||
      case when e.hash is null then 'is missing' else 'has another hash' end
    from json_to_recordset(pg_read_file('$HEADS')::json->'heads') as h (id uuid, account text, sequence bigint, hash text)
    left join entries e on e.account_id = h.id and e.sequence = h.sequence
    where encode(e.hash, 'hex') is distinct from h.hash order by account limit 1") ||
    undecided "what is noted beside $backup of the ledger's chains cannot be read"
  [[ -z $lost ]] ||
    failed "$backup restored to ${last:-its end}, but its books are not those it was made of: $lost"
  heads=$(query dwaybank "select json_array_length(pg_read_file('$HEADS')::json->'heads')")
  check_redis
  end_with 0 "passed: $backup restored to ${last:-its end}: $found, which add up to zero, follow their chains, and have the $heads heads from before it; the copy of Redis has $keys keys"
fi
served=yes
trap - ERR
wait "$child"
