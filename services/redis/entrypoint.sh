#!/bin/bash
# Writes the users, by the hashes of their passwords, and becomes the server: nothing secret is in an argument. A password
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

# user NAME PASSWORD RULES
user() {
  local digest
  digest=$(printf '%s' "$2" | sha256sum)
  printf 'user %s reset on #%s %s\n' "$1" "${digest%% *}" "$3"
}

umask 077
{
  user default "$password" '~* &* +@all'
  # Only where backups are made there is one who takes a copy of everything, and may do nothing else.
  [[ ! -s /etc/redis-backup/password ]] || user backup "$(cat /etc/redis-backup/password)" '+ping +replconf +sync'
} >/run/redis/users.acl
exec redis-server /etc/redis.conf
