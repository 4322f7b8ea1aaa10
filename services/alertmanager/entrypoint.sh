#!/bin/bash
# Puts the cluster's receivers behind the routes, and runs Alertmanager with both.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}
readonly RECEIVERS=/etc/alertmanager/receivers/receivers.yaml
[[ -r $RECEIVERS ]] || {
  echo "alertmanager: $RECEIVERS is missing: put the receivers operators and watchdog there" >&2
  exit 1
}
cat /etc/alertmanager/alertmanager.yaml "$RECEIVERS" >/tmp/alertmanager.yaml
exec prometheus-alertmanager --config.file=/tmp/alertmanager.yaml --storage.path=/data "$@"
