#!/bin/sh
# build.sh ROOT CONTROL_PLANE PAUSE TAG: makes the node image TAG. Importing images needs a running containerd and
# so a privileged container, which no build stage is; its result is committed.
set -eu
root=$1 control_plane=$2 pause=$3 tag=$4
work=$(mktemp -d)
container=
cleanup() {
  [ -z "$container" ] || docker rm --force "$container" >/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
mkdir "$work/images"
docker save --output "$work/images/control-plane.tar" "$control_plane"
docker save --output "$work/images/pause.tar" "$pause"
container=$(docker run --detach --privileged --entrypoint /bin/sleep "$root" 600)
docker cp --quiet "$work/images" "$container:/images"
docker exec --interactive --env MIRROR_KUBERNETES_VERSION --env MIRROR_COREDNS_VERSION --env MIRROR_ETCD_TAG \
  --env MIRROR_PAUSE_VERSION "$container" sh -s "docker.io/$control_plane" "docker.io/$pause" <"$(dirname "$0")/preload.sh"
docker commit --change 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' --change 'CMD []' \
  "$container" "$tag" >/dev/null
