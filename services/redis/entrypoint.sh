#!/bin/bash
# Writes the one user, by the hash of its password, and becomes the server: nothing secret is in a file or an argument.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

[[ -n ${REDIS_PASSWORD:-} ]] || {
  echo 'redis: REDIS_PASSWORD is empty; set it from the Secret redis-auth' >&2
  exit 1
}

digest=$(printf '%s' "$REDIS_PASSWORD" | sha256sum)
umask 077
printf 'user default reset on #%s ~* &* +@all\n' "${digest%% *}" >/run/redis/users.acl
unset REDIS_PASSWORD REDISCLI_AUTH
exec redis-server /etc/redis.conf
