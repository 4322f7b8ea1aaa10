#!/bin/bash
# running-sources: prints what this container runs, as services/sources/report.ts describes it; only dev images have it.
# running-sources --settle: waits until what lies on the disk was loaded, and fails with the reason if it doesn't run.
set -euo pipefail

readonly WAIT_SECONDS=10

report() { cat <"/dev/tcp/127.0.0.1/${SOURCES_PORT:-9009}"; }

if [[ ${1:-} != --settle ]]; then
  report
  exit
fi
while ((SECONDS < WAIT_SECONDS)); do
  parts=$(report 2>/dev/null | tr '\0' '\n') || parts=
  if [[ -n $parts && $(sed --quiet 's/^runs //p' <<<"$parts") == "$(sed --quiet 's/^file //p' <<<"$parts")" ]]; then
    [[ $parts == *$'\nstate broken\n'* ]] || exit 0
    sed --quiet 's/^error //p' <<<"$parts" >&2
    exit 1
  fi
  sleep 0.1
done
echo "what lies on the disk wasn't loaded within $WAIT_SECONDS s" >&2
exit 1
