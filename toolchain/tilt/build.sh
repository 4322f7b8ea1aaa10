#!/bin/sh
# Builds Tilt, its web page inside. A date makes it a release, which serves that page instead of a remote one.
set -eu
mkdir -p /out
go-build /out/tilt main.version=$MIRROR_TILT_VERSION main.date=2024-11-08 -- -mod=mod github.com/tilt-dev/tilt/cmd/tilt
