#!/bin/sh
# pack-plugins.sh OUT KIND=PLUGIN…: packs what npm has of each plugin, with the schema of each of its kinds, which npm
# lacks, as Perses unpacks it.
set -eu
out=$1
shift
mkdir -p "$out"
for pair in "$@"; do
  kind=${pair%%=*} plugin=${pair#*=}
  folder=node_modules/@perses-dev/$plugin-plugin
  [ -d "$folder" ] || folder=services/perses/$folder
  mkdir -p "/tmp/$plugin/schemas/$kind"
  cp -R "$folder/__mf" "$folder/mf-manifest.json" "$folder/package.json" "$folder/LICENSE" "/tmp/$plugin"
  cp "services/perses/schemas/$kind.cue" "/tmp/$plugin/schemas/$kind"
done
for pair in "$@"; do
  plugin=${pair#*=}
  tar -C "/tmp/$plugin" -czf "$out/$plugin.tar.gz" .
done
