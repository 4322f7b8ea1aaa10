#!/bin/bash
# Makes the folders that Perses writes to, and runs it.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}
mkdir -p /tmp/perses/plugins /tmp/perses/database
(umask 077 && head --bytes=24 /dev/urandom | base64 --wrap=0 >/tmp/perses/encryption-key)
exec perses --config=/etc/perses/perses.yaml --web.listen-address=:8080 --web.hide-port --log.level=warning
