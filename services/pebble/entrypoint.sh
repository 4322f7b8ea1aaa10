#!/bin/bash
# Starts an ACME directory for development, which forgets everything when it ends, and the name server that it asks: by that
# one every name leads to the host FRONT_DOOR, where challenges are looked for.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

fail() {
  echo "pebble: $*" >&2
  exit 1
}

[[ -n ${FRONT_DOOR:-} ]] || fail 'FRONT_DOOR is empty; it names the host that answers challenges'
address=$(getent ahostsv4 "$FRONT_DOOR" | awk 'NR == 1 { print $1 }') ||
  fail "the name $FRONT_DOOR does not resolve; is the service there?"

# Each order is validated, at once. What Pebble does by chance to find careless clients would only make some orders fail.
export PEBBLE_VA_NOSLEEP=1 PEBBLE_AUTHZREUSE=0 PEBBLE_WFE_NONCEREJECT=0
pebble-challtestsrv -dnsserver 127.0.0.1:8053 -defaultIPv4 "$address" -defaultIPv6 '' \
  -http01 '' -https01 '' -tlsalpn01 '' -doh '' -management '' &
pebble -config /etc/pebble.json -dnsserver 127.0.0.1:8053 &
trap 'kill $(jobs -p) 2>/dev/null || true; exit 0' INT TERM
wait -n || true
fail 'a part of it ended; its reason stands above'
