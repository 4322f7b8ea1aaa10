#!/bin/bash
# Writes what depends on the environment to /run/nginx, waits for the names that nginx resolves once, runs nginx.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

readonly RUN=/run/nginx
# For all names together, below what the startup probe allows.
readonly WAIT_SECONDS=240
readonly LOOK_SECONDS=5

fail() {
  echo "proxy: $*" >&2
  exit 1
}

# setting NAME DEFAULT PATTERN: the value ends up in nginx's configuration, so nothing unexpected may be in it.
setting() {
  local value=${!1:-$2}
  [[ $value =~ ^($3)$ ]] || fail "$1='$value' isn't valid; it must match $3"
  printf '%s' "$value"
}

await_name() {
  until getent hosts "$1" >/dev/null; do
    ((SECONDS < WAIT_SECONDS)) || fail "the name $1 didn't resolve within $WAIT_SECONDS s; is the service $1 there?"
    sleep 0.5
  done
}

names='[a-z0-9.-]+( [a-z0-9.-]+)*'
public_host=$(setting PUBLIC_HOST dwaybank.localhost '[a-z0-9.-]+')
extra_hosts=$(setting EXTRA_HOSTS '' "($names)?")
https_port=$(setting HTTPS_PORT 443 '[0-9]{1,5}')
forwarded_host=$(setting FORWARDED_HOST '' '([a-z0-9.-]+)?')
forwarded_port=$(setting FORWARDED_PORT 8000 '[0-9]{1,5}')
hsts=$(setting HSTS '' '(max-age=[0-9]+(; includeSubDomains)?(; preload)?)?')
style_sources=$(setting STYLE_SOURCES "'self'" "'self'( 'unsafe-inline')?")
general_rate=$(setting GENERAL_RATE 100r/s '[0-9]+r/[sm]')
login_rate=$(setting LOGIN_RATE 20r/m '[0-9]+r/[sm]')
requests_at_once=$(setting REQUESTS_AT_ONCE 100 '[1-9][0-9]{0,4}')
# How much of the requests to the api is traced: none where nobody collects traces.
traces_sample=$(setting TRACES_SAMPLE 0% '(100|[0-9]{1,2}(\.[0-9]{1,2})?)%')
connect_timeout=$(setting CONNECT_TIMEOUT 2s '[0-9]+m?s')
# Where the api's pod is reached also while it isn't ready: in dev alone, to see why its code doesn't run.
api_stand_in=$(setting API_STAND_IN '' '([a-z0-9.-]+:[0-9]{1,5})?')
resolvers=$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2 }' /etc/resolv.conf | paste -sd ' ')
[[ -n $resolvers ]] || fail '/etc/resolv.conf names no name server'

# nginx knows no part of 0.
traced_part=
[[ ! $traces_sample =~ [1-9] ]] || traced_part="$traces_sample 01; "

# Without one, no name is accepted; nothing listens there either.
forwarded_name=${forwarded_host:-nowhere.invalid}
port_suffix=
[[ $https_port == 443 ]] || port_suffix=":$https_port"

cat >"$RUN/settings.conf" <<EOF
proxy_connect_timeout $connect_timeout;
resolver $resolvers valid=10s ipv6=off;
map '' \$https_port_suffix { default '$port_suffix'; }
map \$https \$hsts { on '$hsts'; }
map '' \$style_sources { default "$style_sources"; }
map "\$http_host|\$http_x_forwarded_host" \$forwarded {
    default 0;
    "$forwarded_name|" 1;
    "$forwarded_name|$forwarded_name" 1;
    "localhost:$forwarded_port|$forwarded_name" 1;
    "127.0.0.1:$forwarded_port|$forwarded_name" 1;
}
map \$http_origin \$forwarded_origin {
    default \$http_origin;
    "http://localhost:$forwarded_port" "https://$forwarded_name";
    "https://localhost:$forwarded_port" "https://$forwarded_name";
}
map \$server_port \$asked_host { default \$http_host; 8083 $public_host; }
map \$server_port \$asked_origin { default \$http_origin; 8083 \$forwarded_origin; }
map \$server_port \$public_name { default \$http_host; 8083 '$forwarded_name'; }
split_clients \$request_id \$trace_chance { $traced_part* 00; }
limit_req_zone \$binary_remote_addr zone=general:2m rate=$general_rate;
limit_req_zone \$guessing_address zone=login:2m rate=$login_rate;
EOF
echo "server_name $public_host $extra_hosts;" >"$RUN/bank-names.conf"
echo "server_name .$public_host $extra_hosts;" >"$RUN/all-names.conf"
# Only where the issuer still answers for its certificates one by one: it then says so in them.
stapling=
[[ -z $(openssl x509 -noout -ocsp_uri -in /etc/nginx/tls/tls.crt) ]] || stapling='ssl_stapling on; ssl_stapling_verify on;'
echo "$stapling" >"$RUN/stapling.conf"
echo "limit_conn requests $requests_at_once;" >"$RUN/at-once.conf"
echo "${forwarded_host:+include conf/forwarded.conf;}" >"$RUN/forwarded.conf"
echo "${api_stand_in:+server $api_stand_in backup;}" >"$RUN/api-stand-in.conf"

# Names beside the bank's own, as components bring them.
mkdir -p "$RUN/sites"
for file in /etc/nginx/sites/*/*.{conf,states}; do
  [[ ! -f $file ]] || sed "s/PUBLIC_HOST/$public_host/g" "$file" >"$RUN/sites/${file##*/}"
done

# follow_names NAME...: lets nginx look its names up again when one of them has another address, as that of a Service
# which was made anew; until then nginx would ask where nobody is.
follow_names() {
  local known now
  known=$(addresses "$@") || known=
  while sleep "$LOOK_SECONDS"; do
    now=$(addresses "$@") || continue
    [[ $now != "$known" ]] || continue
    echo "proxy: the addresses of $* changed" >&2
    if nginx -s reload; then known=$now; fi
  done
}

addresses() {
  local name
  for name in "$@"; do getent ahostsv4 "$name" | awk '{ print $1 }' | sort -u || return; done
}

upstreams=(api web ${api_stand_in:+"${api_stand_in%:*}"})
for name in "${upstreams[@]}"; do await_name "$name"; done
follow_names "${upstreams[@]}" &
exec nginx -g 'daemon off;'
