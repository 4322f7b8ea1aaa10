#!/bin/sh
# Turns a Debian root into a kind node's: kind's own files, three enabled units, manifests, and nothing spare.
set -eu
build=/build
cp -r --no-preserve=mode,ownership $build/kind-files/. /
chmod 755 /usr/local/bin/entrypoint /kind/bin/*.sh
rm -f /usr/local/bin/clean-install /etc/systemd/system/containerd-fuse-overlayfs.service

units=/etc/systemd/system
for root in /usr/lib/systemd/system $units; do
  rm -f $root/multi-user.target.wants/* $root/local-fs.target.wants/* $root/basic.target.wants/* \
    $root/timers.target.wants/* $root/sockets.target.wants/*udev* $root/sockets.target.wants/*initctl* \
    $root/sysinit.target.wants/systemd-tmpfiles-setup.service
done
rm -f $units/getty.target.wants/* $units/dbus-org.freedesktop.*
ln -sf /dev/null $units/systemd-binfmt.service
cp $build/service-guard.service $units/
mkdir -p $units/multi-user.target.wants
for unit in kubelet containerd undo-mount-hacks service-guard; do
  ln -s "$units/$unit.service" $units/multi-user.target.wants/
done
echo 'ReadKMsg=no' >>/etc/systemd/journald.conf
# A node stops in seconds and cleanly, before the engine would kill it.
mkdir -p /etc/systemd/system.conf.d
printf '[Manager]\nDefaultTimeoutStopSec=3s\n' >/etc/systemd/system.conf.d/stop-quickly.conf
# Raising limits and lowering the OOM score need a capability that some hosts withhold.
sed -i -E '/^(Limit|OOMScoreAdjust|TasksMax)/d' $units/containerd.service
sed -i -e 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' \
  -e "s#/pause:[0-9.]*\"#/pause:$MIRROR_PAUSE_VERSION\"#" /etc/containerd/config.toml
cat $build/containerd-additions.toml >>/etc/containerd/config.toml
cp $build/cri-base.json /etc/containerd/

mkdir -p /etc/kubernetes/manifests /etc/cni/net.d /etc/containerd/certs.d /opt/cni/bin /kind/manifests
echo "v$MIRROR_KUBERNETES_VERSION" >/kind/version
cp $build/service-guard.nft /kind/
cp $build/calico.conflist /etc/cni/net.d/10-calico.conflist
{
  for crd in $build/crd/*.yaml; do cat "$crd"; echo; echo ---; done
  cat $build/calico.yaml
} >/kind/manifests/default-cni.yaml
# kind applies this one later, when the definitions above are served.
{
  cat $build/calico-resources.yaml
  echo ---
  sed -e 's#image: .*#image: dway.local/control-plane:v1#' -e 's#/opt/local-path-provisioner#/var/local-path-provisioner#' \
    -e 's#^  name: local-path$#  name: standard\n  annotations: {storageclass.kubernetes.io/is-default-class: "true"}#' \
    $build/local-path-storage.yaml
} >/kind/manifests/default-storage.yaml

# What a node never runs: package manager, perl, documentation, locales, and the libraries of these.
rm -rf /usr/share/doc /usr/share/man /usr/share/locale /usr/share/info /usr/share/lintian /usr/share/zoneinfo \
  /usr/share/perl /usr/share/perl5 /usr/share/bash-completion /usr/share/bug /usr/lib/*/perl /usr/lib/*/perl-base \
  /usr/lib/*/perl5 /usr/bin/perl* /usr/lib/*/gconv /usr/lib/udev/hwdb.d /etc/udev/hwdb.bin /usr/lib/systemd/boot \
  /usr/bin/apt* /usr/lib/apt /usr/lib/*/libapt-* /etc/apt /usr/bin/dpkg* /usr/lib/dpkg /var/lib/apt /var/lib/dpkg/info \
  /var/cache/* /var/log/* /usr/local/sbin/apt-install /usr/lib/*/libperl.so* /usr/lib/*/libgnutls.so* \
  /usr/lib/*/libp11-kit.so* /usr/lib/*/libdb-*.so /usr/bin/openssl /usr/bin/gpgv /usr/bin/localedef
