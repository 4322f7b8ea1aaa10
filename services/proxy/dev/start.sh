#!/bin/bash
# Notes what nginx is about to load, starts it, and loads again what changed meanwhile.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

load-sources
(
  until load-sources --served >/dev/null; do sleep 0.2; done
  # What it says is in the report.
  load-sources || true
) &
exec entrypoint
