#!/bin/sh
# preload.sh CONTROL_PLANE PAUSE: in a container of the node's root, imports and unpacks the control plane's images, so that a cluster
# starts without pulling or unpacking anything; then links the node's own programs to the unpacked ones.
set -eu
control_plane=$1 pause=$2
ctr() { command ctr --address /tmp/containerd.sock --namespace k8s.io "$@"; }
cat >/tmp/containerd.toml <<'T'
version = 2
state = "/tmp/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
address = "/tmp/containerd.sock"
T
containerd --config /tmp/containerd.toml >/tmp/containerd.log 2>&1 &
containerd=$!
tries=0
until ctr version >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || { cat /tmp/containerd.log >&2; exit 1; }
  sleep 0.1
done
ctr images import /images/control-plane.tar >/dev/null || { tail -n 5 /tmp/containerd.log >&2; exit 1; }
ctr images import /images/pause.tar >/dev/null || { tail -n 5 /tmp/containerd.log >&2; exit 1; }
kubernetes=v$MIRROR_KUBERNETES_VERSION
ctr images tag "$control_plane" dway.local/control-plane:v1 >/dev/null
for name in kube-apiserver:$kubernetes kube-controller-manager:$kubernetes kube-scheduler:$kubernetes \
  kube-proxy:$kubernetes "etcd:$MIRROR_ETCD_TAG" "coredns/coredns:v$MIRROR_COREDNS_VERSION"; do
  ctr images tag "$control_plane" "registry.k8s.io/$name" >/dev/null
done
ctr images tag "$pause" "registry.k8s.io/pause:$MIRROR_PAUSE_VERSION" >/dev/null
ctr images rm "$control_plane" "$pause" >/dev/null
kill $containerd
wait $containerd || true
# Unpacked layers are all that a node reads; the packed ones would double the image.
find /var/lib/containerd/io.containerd.content.v1.content/blobs -type f -size +100k -delete
kube=$(find /var/lib/containerd -path '*/fs/usr/local/bin/kube')
[ -n "$kube" ]
for program in kubeadm kubelet kubectl; do ln -sf "$kube" "/usr/bin/$program"; done
rm -rf /tmp/containerd* /images
