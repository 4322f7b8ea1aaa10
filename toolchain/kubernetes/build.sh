#!/bin/sh
# Builds the Kubernetes programs, and copies out what their modules carry for the node image.
set -eu
v=$MIRROR_KUBERNETES_VERSION
selected=$(go list -m -f '{{.Version}}' k8s.io/kubernetes)
if [ "$selected" != "v$v" ]; then
  echo "toolchain/kubernetes/go.mod selects $selected, but versions.yaml says $v" >&2
  exit 1
fi
minor=${v#*.}
defines=
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  defines="$defines $package.gitVersion=v$v $package.gitMajor=${v%%.*} $package.gitMinor=${minor%%.*}"
  defines="$defines $package.gitTreeState=clean $package.gitCommit=module $package.buildDate=1970-01-01T00:00:00Z"
done
tags=-tags=selinux,notest,grpcnotrace
mkdir -p /out
# shellcheck disable=SC2086 # each definition is a word of its own
go-build /out/ $defines -- -mod=readonly $tags \
  ./cmd/kube ./cmd/kubectl ./cmd/coredns go.etcd.io/etcd/server/v3 sigs.k8s.io/kind
# Apart from the others: its module path differs from a dependency's by case alone, which one call refuses.
go-build /out/ -- -mod=readonly $tags github.com/rancher/local-path-provisioner
mv /out/server /out/etcd

module() { go list -m -f '{{.Dir}}' "$1"; }
cp -r "$(module sigs.k8s.io/kind)/images/base/files" /out/kind-files
cp "$(module k8s.io/kubernetes)/build/pause/linux/pause.c" /out/
cp "$(module github.com/rancher/local-path-provisioner)/deploy/local-path-storage.yaml" /out/
