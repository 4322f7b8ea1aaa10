#!/bin/bash
# load-sources: lets nginx load the configuration as it is on the disk, and fails with nginx's words if it can't.
# nginx itself answers which configuration it serves, so that one that it refused is never taken for loaded.
# load-sources --served: prints the digest of the configuration that nginx serves.
# load-sources --files: prints what lies on the disk, as sha256sum --zero does.
set -euo pipefail

readonly STATE=/run/nginx/sources
readonly WAIT_SECONDS=10

# What sha256sum says of every file, by its path in the repository.
manifest() {
  cd /etc/nginx/conf
  find -L . -type f -printf '%P\0' | LC_ALL=C sort --zero-terminated | xargs --null --no-run-if-empty sha256sum --zero |
    sed --null-data 's#  #  services/proxy/conf/#'
}

served() { { printf 'GET / HTTP/1.0\r\n\r\n' >&3 && tail -n 1 <&3; } 3<>/dev/tcp/127.0.0.1/9009; } 2>/dev/null

# nginx's first complaint, as "file: message". Its own log has the time and its process in front.
complaint() {
  sed --quiet --regexp-extended 's/^.*\[emerg\] ([0-9]+#[0-9]+: )?(.*)/\2/p' <<<"$1" | head -n 1 |
    sed --regexp-extended 's#^(.*) in /etc/nginx/conf/([^ ]*)$#services/proxy/conf/\2: \1#'
}

refuse() {
  local text
  text=$(complaint "$1")
  printf '%s' "${text:-$(tail -n 1 <<<"$1")}" >"$STATE/error"
  echo "$1" >&2
  exit 1
}

case ${1:-} in
  --served) served; exit ;;
  --files) manifest; exit ;;
esac
mkdir -p "$STATE" /run/nginx/sites
exec 9>"$STATE/lock"
flock 9
rm -f "$STATE/error"
manifest >"$STATE/next"
digest=$(sha256sum <"$STATE/next" | cut -c 1-64)
mv "$STATE/next" "$STATE/$digest"
old=$(cat /run/nginx/sites/sources.conf 2>/dev/null) || old=
printf 'server { listen 127.0.0.1:9009; access_log off; location / { return 200 "%s\\n"; } }\n' "$digest" \
  >/run/nginx/sites/sources.conf
[[ $(served) != "$digest" ]] || exit 0
# Before nginx runs there is nothing to tell: it loads these files when it starts.
served >/dev/null || exit 0
if ! output=$(nginx -t 2>&1); then
  printf '%s\n' "$old" >/run/nginx/sites/sources.conf
  refuse "$output"
fi
nginx -s reload
deadline=$((SECONDS + WAIT_SECONDS))
# Twice, because a worker that leaves may still answer once.
until [[ $(served) == "$digest" && $(served) == "$digest" ]]; do
  ((SECONDS < deadline)) || refuse 'nginx did not take the new configuration over: see the log of the proxy'
  sleep 0.05
done
find "$STATE" -type f -name '[0-9a-f]*' ! -name "$digest" ! -name error -delete
