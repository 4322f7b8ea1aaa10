#!/bin/sh
# Builds the store.
set -eu
module=github.com/versity/versitygw
# A network may fail once.
for try in 1 2 3; do go mod download && break; sleep 5; done
version=$(go list -m -f '{{.Version}}' "$module")
go-build /out/versitygw "main.Version=$version" -- "$module/cmd/versitygw"
