#!/bin/sh
# Builds the store and the agent. Of itself the agent looks at a log that was quiet only every 10 s: here every second.
set -eu
module=github.com/VictoriaMetrics/VictoriaLogs
# A network may fail once.
for try in 1 2 3; do go mod download && break; sleep 5; done
cp -r "$(go list -m -f '{{.Dir}}' "$module")" module
chmod -R u+w module
tailer=module/app/vlagent/tail/tailer.go
sed -i 's/NewBackoffTimer(time.Millisecond\*100, time.Second\*10)/NewBackoffTimer(time.Millisecond*100, time.Second)/' "$tailer"
grep -q 'NewBackoffTimer(time.Millisecond\*100, time.Second)' "$tailer"
version=$(go list -m -f '{{.Version}}' "$module")
go mod edit -replace "$module=./module"
mkdir -p /out
go-build /out/ "github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=$version" -- \
  "$module/app/victoria-logs" "$module/app/vlagent"
