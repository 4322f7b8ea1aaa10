#!/bin/sh
# Builds Calico's policy agent and CNI plugin, and copies out the CRDs that its module carries.
set -eu
module=github.com/projectcalico/calico
mkdir -p /out/crd
go-build /out/ $module/felix/buildinfo.GitVersion=v$MIRROR_CALICO_VERSION main.VERSION=v$MIRROR_CALICO_VERSION -- \
  -mod=mod $module/felix/cmd/calico-felix $module/cni-plugin/cmd/calico
cp "$(go list -mod=mod -m -f '{{.Dir}}' $module)"/libcalico-go/config/crd/*.yaml /out/crd/
