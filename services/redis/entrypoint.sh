#!/bin/bash
# Writes the one user, by the hash of its password, and becomes the server: nothing secret is in an argument. A password
# that changes later is told to the running server.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

password=$(cat /etc/redis-auth/password 2>/dev/null) || password=
[[ -n $password ]] || {
  echo 'redis: /etc/redis-auth/password is missing or empty; mount it from the Secret redis-auth' >&2
  exit 1
}

digest=$(printf '%s' "$password" | sha256sum)
umask 077
printf 'user default reset on #%s ~* &* +@all\n' "${digest%% *}" >/run/redis/users.acl
exec redis-server /etc/redis.conf
