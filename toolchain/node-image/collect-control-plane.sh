#!/bin/sh
# collect-control-plane.sh DIR: gathers in DIR what the control plane's pods need besides the Go programs: a
# shell, the packet filter's tools with their libraries, and names for users and protocols.
set -eu
dir=$1
libraries=$(dirname "$(find /usr/lib -maxdepth 2 -type d -name xtables)")
mkdir -p "$dir/bin" "$dir/usr/local/bin" "$dir/usr/sbin" "$dir/etc" "$dir/tmp" "$dir/run" "$dir/var/lib" "$dir$libraries"
chmod 1777 "$dir/tmp"
ln -s usr/lib "$dir/lib"
for applet in sh wc mkdir rm ip cat ls sleep mount chmod chown echo ps wget nslookup nc env id; do
  ln -s busybox "$dir/bin/$applet"
done
for program in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubectl; do
  ln -s kube "$dir/usr/local/bin/$program"
done
tools='xtables-nft-multi xtables-legacy-multi ipset conntrack nft'
for tool in $tools; do cp "/usr/sbin/$tool" "$dir/usr/sbin/"; done
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -s xtables-nft-multi "$dir/usr/sbin/$name"
  ln -s xtables-nft-multi "$dir/usr/sbin/$(echo "$name" | sed 's/tables/tables-nft/')"
  ln -s xtables-legacy-multi "$dir/usr/sbin/$(echo "$name" | sed 's/tables/tables-legacy/')"
done
cp -r "$libraries/xtables" "$dir$libraries/"
# The filter's plugins are loaded at run time and bring libraries that no program names.
for object in $(for tool in $tools; do echo "/usr/sbin/$tool"; done) "$libraries"/xtables/*.so; do
  ldd "$object" 2>/dev/null
done | grep -oE '/[^ ]+\.so[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$dir$(dirname "$library")"
  cp -L "$library" "$dir$library"
done
cp /etc/protocols /etc/services "$dir/etc/" 2>/dev/null || true
cp -r /etc/ssl "$dir/etc/ssl"
printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >"$dir/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$dir/etc/group"
echo 'hosts: files dns' >"$dir/etc/nsswitch.conf"
