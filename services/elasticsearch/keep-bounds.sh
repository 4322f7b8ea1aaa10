#!/bin/bash
# Deletes, each minute, the days that are older than MAX_DAYS, and of the rest the oldest as long as all together take
# more than MAX_MB.
set -eu
[ -n "${DWAY_IMAGE:-}" ] || { echo 'The bank runs in containers: ./dway up' >&2; exit 1; }
credentials=$(mktemp)
printf 'user = "%s:%s"\n' "$ELASTICSEARCH_USERNAME" "$ELASTICSEARCH_PASSWORD" >"$credentials"
ask() {
  curl --silent --show-error --fail --max-time 30 --config "$credentials" "$@"
}
say() {
  printf '{"level":"%s","service":"elasticsearch","msg":"%s"}\n' "$1" "$2"
}
# Each day's name and megabytes, the newest first.
days() {
  ask 'http://127.0.0.1:9200/_cat/indices/dwaybank-*?h=index,store.size&bytes=mb&s=index:desc'
}
trap 'exit 0' TERM
while sleep "${EVERY_SECONDS:-60}" & wait $!; do
  oldest=dwaybank-$(date --utc --date "$MAX_DAYS days ago" +%Y.%m.%d)
  list=$(days 2>/dev/null) || { say warn 'the days cannot be listed'; continue; }
  sum=0
  while read -r name megabytes; do
    [ -n "$name" ] || continue
    sum=$((sum + megabytes))
    if [[ $name < $oldest ]] || [ "$sum" -gt "$MAX_MB" ]; then
      ask --output /dev/null --request DELETE "http://127.0.0.1:9200/$name" && say info "$name is deleted"
    fi
  done <<<"$list"
done
