#!/bin/bash
# running-sources: prints what nginx serves, as services/sources/report.ts describes it; only the dev image has it.
set -euo pipefail

readonly STATE=/run/nginx/sources

part() { printf '%s\0' "$1"; }

# Under the lock, so that nothing is loaded meanwhile.
exec 9>"$STATE/lock"
flock 9
if digest=$(load-sources --served); then
  part "digest $digest"
  part 'state runs'
  sed --null-data 's/^/runs /' "$STATE/$digest"
else
  part "digest $(printf '' | sha256sum | cut -c 1-64)"
  part 'state starts'
fi
if [[ -s $STATE/error ]]; then part "error $(cat "$STATE/error")"; fi
load-sources --files | sed --null-data 's/^/file /'
