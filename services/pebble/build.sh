#!/bin/sh
# Builds the directory, and the name server that it asks.
set -eu
module=github.com/letsencrypt/pebble/v2
# A network may fail once.
for try in 1 2 3; do go mod download && break; sleep 5; done
version=$(go list -m -f '{{.Version}}' "$module")
for command in pebble pebble-challtestsrv; do
  go-build "/out/$command" "main.version=$version" -- "$module/cmd/$command"
done
