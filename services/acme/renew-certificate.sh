#!/bin/bash
# renew-certificate: if the certificate of the front door is due, has an ACME directory issue another, by a challenge over
# HTTP that the proxy passes on to this pod, and hands it to the proxy. Due is what has less than a third of its time left,
# isn't for the front door's names, or is not what this directory issued last. Whatever fails, nothing is written before the
# new one is found good. k8s/components/acme describes the settings.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

readonly SERVED=/etc/front-door/tls.crt KNOWN=/etc/acme-account IDENTITY=/var/run/secrets/kubernetes.io/serviceaccount
readonly WORK=/tmp/acme PORT=8080 WAY_SECONDS=${WAY_SECONDS:-60}
readonly API=https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT SECRETS=/api/v1/namespaces/${NAMESPACE:-}/secrets

fail() {
  echo "acme: the front door keeps its certificate: $*" >&2
  exit 1
}

for name in DIRECTORY_URL PUBLIC_HOST PROXY NAMESPACE; do
  [[ -n ${!name:-} ]] || fail "$name is empty; it comes from the ConfigMap acme"
done
names=("$PUBLIC_HOST")
for word in ${TOOLS:-}; do names+=("$word.$PUBLIC_HOST"); done
# For certbot and curl: the authority of the directory's own address, if that isn't a public one.
if [[ -n ${DIRECTORY_CA:-} ]]; then export REQUESTS_CA_BUNDLE=$DIRECTORY_CA CURL_CA_BUNDLE=$DIRECTORY_CA; fi

fingerprint() {
  openssl x509 -in "$1" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr '[:upper:]' '[:lower:]'
}

seconds() { date --date "$(openssl x509 -in "$SERVED" -noout "-$1date" | cut -d= -f2)" +%s; }

why_due() {
  local name now begin end
  if [[ -n ${FORCE:-} ]]; then
    echo 'it was asked for'
    return
  fi
  if [[ $(cat "$KNOWN/issued" 2>/dev/null) != "$DIRECTORY_URL $(fingerprint "$SERVED" 2>/dev/null)" ]]; then
    echo 'the front door has one that this directory did not issue'
    return
  fi
  for name in "${names[@]}"; do
    [[ $(openssl x509 -in "$SERVED" -noout -checkhost "$name") == *'does match'* ]] && continue
    echo "it is not for $name"
    return
  done
  now=$(date +%s) begin=$(seconds start) end=$(seconds end)
  if ((now < begin)); then
    echo 'it is not valid yet'
  elif ((3 * (end - now) < end - begin)); then
    echo "it ends on $(date --utc --date "@$end" +%F)"
  fi
}

# Whether each name leads from the proxy to this pod, before the directory looks: what it finds wrong counts as a try.
await_way() {
  local token name folder=$WORK/way/.well-known/acme-challenge
  token=$(openssl rand -hex 16)
  mkdir -p "$folder"
  printf '%s' "$token" >"$folder/$token"
  python3 -m http.server --directory "$WORK/way" "$PORT" &>/dev/null &
  server=$!
  trap 'kill "$server" 2>/dev/null || true' EXIT
  for name in "${names[@]}"; do
    until [[ $(curl --silent --noproxy '*' --max-time 5 --header "Host: $name" "http://$PROXY/.well-known/acme-challenge/$token") == "$token" ]]; do
      ((SECONDS < began + WAY_SECONDS)) ||
        fail "http://$name/.well-known/acme-challenge/ does not lead to this pod: does the proxy know the name, and the Service acme-challenge the pod?"
      sleep 1
    done
  done
  kill "$server"
  wait "$server" 2>/dev/null || true
}

silent() { echo "$1 does not answer: is it down, and does a policy lead there?"; }

distrusted() { echo "the certificate of $1 does not hold: is its authority the one in DIRECTORY_CA, and the clock of this machine right?"; }

# What went wrong, in one line, by what certbot printed.
reason() {
  local said
  said=$(cat "$WORK/certbot.log" "$WORK/logs/letsencrypt.log" 2>/dev/null)
  case $said in
    *rateLimited*) echo "the directory was asked too often: wait until its limit is over. It says: $(detail)" ;;
    *'Some challenges have failed'*) echo "the directory did not find its challenge answered: does each name lead to port 80 of the front door, from where it looks? It says: $(detail)" ;;
    *'certificate verify failed'*) distrusted "$DIRECTORY_URL" ;;
    *requests.exceptions*) silent "$DIRECTORY_URL" ;;
    *) echo "certbot failed: $(detail)" ;;
  esac
}

detail() {
  local said
  said=$(sed -n 's/^ *Detail: //p' "$WORK/certbot.log" | head -n 1)
  [[ -n $said ]] || said=$(grep -v -e '^$' -e '^Ask for help' -e 'letsencrypt.log' "$WORK/certbot.log" | tail -n 1)
  printf '%s' "$said"
}

issue() {
  local name words=(certonly --config "$WORK/certbot.ini" --non-interactive --agree-tos --no-eff-email
    --standalone --preferred-challenges http --http-01-port "$PORT" --key-type ecdsa --elliptic-curve secp256r1
    --config-dir "$WORK/state" --work-dir "$WORK/work" --logs-dir "$WORK/logs"
    --server "$DIRECTORY_URL" --cert-name front-door)
  if [[ -n ${CONTACT:-} ]]; then words+=(--email "$CONTACT"); else words+=(--register-unsafely-without-email); fi
  for name in "${names[@]}"; do words+=(--domain "$name"); done
  rm -rf "$WORK/logs"
  certbot "${words[@]}" >"$WORK/certbot.log" 2>&1
}

# patch PATH WHAT: with the body from standard input; keys and the token stand in no process list.
patch() {
  local code
  code=$(curl --silent --show-error --noproxy '*' --max-time 30 --retry 3 --retry-connrefused --cacert "$IDENTITY/ca.crt" \
    --header @<(printf 'Authorization: Bearer %s' "$(<"$IDENTITY/token")") \
    --header 'Content-Type: application/merge-patch+json' --request PATCH --data-binary @- \
    --output /dev/null --write-out '%{http_code}' "$API$1") || fail "$2: the API server does not answer"
  [[ $code == 200 ]] || fail "$2: the API server answered $code"
}

encoded() { base64 --wrap 0 "$@"; }

# An account is kept as soon as it is there, whatever comes of the order: a directory's key may be good for one alone.
keep_account() {
  [[ -n $(find "$WORK/state/accounts" -name regr.json 2>/dev/null) ]] || return 0
  tar --create --gzip --file "$WORK/account" --directory "$WORK/state" accounts
  patch "$SECRETS/acme-account" 'the account was not kept' <<<"{\"data\":{\"account\":\"$(encoded "$WORK/account")\"}}"
}

# Starts the proxy again if it has another certificate than this one: one pod takes the other's place.
have_served() {
  patch "/apis/apps/v1/namespaces/$NAMESPACE/deployments/proxy" 'the proxy was not started again' \
    <<<"{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"dwaybank.dev/certificate\":\"$1\"}}}}}"
}

end_unless_due() {
  due=$(why_due)
  [[ -z $due ]] || return 0
  have_served "$(fingerprint "$SERVED")"
  echo "acme: nothing to do: the certificate lasts until $(date --utc --date "@$(seconds end)" +%F)"
  exit 0
}

end_unless_due
echo "acme: a certificate by $DIRECTORY_URL is due: $due"
pause=$(((RANDOM * 32768 + RANDOM) % (${JITTER_SECONDS:-0} + 1)))
if ((pause > 0)); then
  echo "acme: waits for $pause s, so that not everybody asks at once"
  sleep "$pause"
  # Somebody may have asked for one meanwhile.
  end_unless_due
fi

began=$SECONDS
umask 077
rm -rf "$WORK"
mkdir -p "$WORK/state"
if [[ -s $KNOWN/account ]]; then tar --extract --gzip --warning=no-timestamp --file "$KNOWN/account" --directory "$WORK/state"; fi
: >"$WORK/certbot.ini"
if [[ -s $KNOWN/eab-kid ]]; then
  printf 'eab-kid = %s\neab-hmac-key = %s\n' "$(<"$KNOWN/eab-kid")" "$(<"$KNOWN/eab-hmac-key")" >"$WORK/certbot.ini"
fi
: >"$WORK/roots"
if [[ -n ${ROOTS_URL:-} ]]; then
  curl --silent --fail --connect-timeout 5 --max-time 10 --retry 2 --retry-all-errors --output "$WORK/roots" "$ROOTS_URL" || case $? in
    60) fail "$(distrusted "$ROOTS_URL")" ;;
    *) fail "$(silent "$ROOTS_URL")" ;;
  esac
fi
await_way
wrong=
issue || wrong=$(reason)
if [[ -n $wrong ]] && grep --quiet accountDoesNotExist "$WORK/logs/letsencrypt.log" 2>/dev/null; then
  echo 'acme: the directory has forgotten the account: another one is made'
  rm -rf "$WORK/state"
  wrong=
  issue || wrong=$(reason)
fi
chain=$WORK/state/live/front-door/fullchain.pem key=$WORK/state/live/front-door/privkey.pem
if [[ -z $wrong ]]; then
  refused=$(check-certificate "$chain" "$key" "$WORK/roots" "${names[@]}" 2>&1) || wrong=${refused:-the new certificate cannot be checked}
fi
# What was wrong before is what is said last.
(keep_account) || [[ -n $wrong ]] || exit 1
[[ -z $wrong ]] || fail "$wrong"
new=$(fingerprint "$chain")
patch "$SECRETS/acme-account" 'which one was issued was not kept' <<<"{\"data\":{\"issued\":\"$(encoded <<<"$DIRECTORY_URL $new")\"}}"
patch "$SECRETS/proxy-tls" 'the new certificate was not written' \
  <<<"{\"data\":{\"tls.crt\":\"$(encoded "$chain")\",\"tls.key\":\"$(encoded "$key")\",\"ca.crt\":\"$(encoded "$WORK/roots")\"}}"
have_served "$new"
echo "acme: a new certificate until $(date --utc --date "$(openssl x509 -in "$chain" -noout -enddate | cut -d= -f2)" +%F), SHA-256 $new"
