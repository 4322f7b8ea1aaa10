#!/bin/sh
# Runs as root when the container was made: lets its user reach the mounted engine, whichever group owns the socket on
# this host, and tells git who the host's user is.
set -eu
started=$(date +%s%3N)
user=$1 checkout=$2
socket=/var/run/docker.sock
gid=$(stat -c %g "$socket")
group=$(getent group "$gid" | cut -d: -f1)
if [ -z "$group" ]; then
  group=docker-host
  groupadd --gid "$gid" "$group"
fi
usermod --append --groups "$group" "$user"
git config --system include.path "$checkout/.dway/gitconfig"
echo "onCreateCommand $(($(date +%s%3N) - started)) ms" >>"$checkout/.dway/logs/lifecycle.log"
