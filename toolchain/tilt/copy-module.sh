#!/bin/sh
# Copies Tilt's module out of the cache, to be patched: without `tilt lsp`, the only user of cgo.
set -eu
json=$(go mod download -json "github.com/tilt-dev/tilt@v$MIRROR_TILT_VERSION")
field() { printf '%s\n' "$json" | sed -n "s/^\t\"$1\": \"\(.*\)\",*$/\1/p"; }
if [ "$(field Sum)" != "$MIRROR_TILT_SUM" ]; then
  echo "Tilt $MIRROR_TILT_VERSION: sum is $(field Sum), but toolchain/versions.yaml says $MIRROR_TILT_SUM" >&2
  exit 1
fi
cp -r "$(field Dir)" /tilt
chmod -R u+w /tilt
cd /tilt/internal/cli
{
  printf 'package cli\n\nimport (\n'
  printf '\t%s\n' 'tiltanalytics "github.com/tilt-dev/tilt/internal/analytics"' \
    '"github.com/tilt-dev/tilt/internal/controllers/core/extension"' \
    '"github.com/tilt-dev/tilt/internal/controllers/core/extensionrepo"'
  printf ')\n\n'
  sed -n '/^type cmdLspDeps/,/^func newLspCmd/p' lsp.go | sed '/^func newLspCmd/d'
} >lsp.go.new
mv lsp.go.new lsp.go
sed -i -e '/go.lsp.dev\/protocol/d' -e '/starlark-lsp\/pkg\/cli/d' -e '/newLspCmd()/d' \
  -e '/l, cleanup := cli.NewLogger()/d' \
  -e 's/return protocol.WithLogger(context.Background(), l), cleanup/return context.Background(), func() {}/' cli.go
rm -rf /tilt/internal/lsp
