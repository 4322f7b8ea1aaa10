/** What a pod says in a connection that is allowed. */
export type Protocol =
  { kind: 'query' } | { kind: 'ping' } | { kind: 'http'; path: string; secure: boolean } | { kind: 'connect' }

/** One thing for a pod to try; the id comes back with what it found. */
export type Attempt =
  | { id: string; expect: 'works'; host: string; port: number; protocol: Protocol }
  | { id: string; expect: 'refused'; host: string; port: number }
  | { id: string; expect: 'resolves'; names: readonly string[] }

/** What a pod found. */
export interface Outcome {
  id: string
  /** Silent: no answer at all, as when a packet is dropped. */
  result: 'ok' | 'silent' | 'failed'
  detail: string
}

// Needs bash and openssl, and for a query or HTTPS what the pod's own program is made of: every image has that. Nothing is
// written to disk. A store has to prove its name, by the authority that the pod's own program knows it by. A name with a password in it is one of the pod's own environment.
const functions = String.raw`
now() { local t=$EPOCHREALTIME; printf '%s' "$(( \${t/[.,]/} / 1000 ))"; }

connect() { exec 3<>"/dev/tcp/$1/$2"; }

http() {
  connect "$1" "$2" || return
  printf 'GET %s HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$3" >&3
  local status
  IFS= read -r status <&3
  status=\${status%$'\r'}
  printf '%s' "$status"
  [[ $status =~ ^HTTP/1\.[01]\ 200 ]]
}

https() {
  command -v node >/dev/null || { https_by_openssl "$@"; return; }
  node -e '
    const [host, port, path] = process.argv.slice(1)
    require("https").get({ host, port, path, rejectUnauthorized: false }, (response) => {
      process.stdout.write("HTTPS " + response.statusCode)
      process.exit(response.statusCode === 200 ? 0 : 1)
    }).on("error", (error) => { process.stdout.write(error.message); process.exit(1) })' "$1" "$2" "$3"
}

https_by_openssl() {
  local status
  IFS= read -r status < <(printf 'GET %s HTTP/1.0\r\nUser-Agent: dway\r\nConnection: close\r\n\r\n' "$3" | openssl s_client -quiet -connect "$1:$2" 2>/dev/null)
  printf 'HTTPS %s' "\${status%$'\r'}"
  [[ $status =~ ^HTTP/1\.[01]\ 200 ]]
}

# verified HOST PORT AUTHORITY [FLAG…]: standard input and output, over TLS.
verified() {
  openssl s_client -connect "$1:$2" -servername "$1" -verify_hostname "$1" -verify_return_error -verify_quiet -quiet -no-CApath -no-CAstore \
    -CAfile "$3" "\${@:4}"
}

# authority SERVICE: the file by which this pod knows it.
authority() {
  local file=/etc/store-authority/$1/ca.crt
  [ -e "$file" ] || file=/etc/store-authority/ca.crt
  printf '%s' "$file"
}

# shown HOST PORT: what a pod that only reads a certificate sees.
shown() {
  openssl s_client -connect "$1:$2" -servername "$1" </dev/null 2>/dev/null | openssl x509 -noout -enddate 2>&1
}

ping() {
  [ -n "\${REDIS_PASSWORD:-}" ] || { shown "$1" "$2"; return; }
  local signed_in= pong=
  { IFS= read -r signed_in && IFS= read -r pong; } \
    < <(printf 'AUTH %s%s\r\nPING\r\nQUIT\r\n' "\${REDIS_USER:+$REDIS_USER }" "$REDIS_PASSWORD" | verified "$1" "$2" "\${REDIS_CA_FILE:-$(authority redis)}") || return
  printf 'PING: %s' "\${pong%$'\r'}"
  [[ $pong == +PONG* ]]
}

query() {
  if command -v node >/dev/null; then
    node -e '
      const { Client } = require("pg")
      const [host, port] = process.argv.slice(1)
      const { DATABASE_NAME: database, DATABASE_USER: user, DATABASE_PASSWORD: password, DATABASE_CA_FILE: file } = process.env
      const ca = require("fs").readFileSync(file)
      const client = new Client({ host, port: Number(port), database, user, password, ssl: { ca } })
      client.connect().then(() => client.query("select current_user as name"))
        .then(({ rows }) => { process.stdout.write("query by " + rows[0].name); process.exit(0) })
        .catch((error) => { process.stdout.write(error.message); process.exit(1) })' "$1" "$2"
  elif command -v python >/dev/null; then
    python -c '
import os, sys, psycopg
with psycopg.connect(host=sys.argv[1], port=sys.argv[2], dbname=os.environ["DATABASE_NAME"],
    user=os.environ["DATABASE_USER"], password=os.environ["DATABASE_PASSWORD"],
    sslmode="verify-full", sslrootcert=os.environ["DATABASE_CA_FILE"]) as connection:
  print("query by " + connection.execute("select current_user").fetchone()[0], end="")' "$1" "$2" 2>&1 | tail -n 1
    return "\${PIPESTATUS[0]}"
  else
    # No client: the server shows its certificate before any login.
    local said
    said=$(verified "$1" "$2" "$(authority postgres)" -starttls postgres -no_ign_eof </dev/null 2>&1) || { printf '%s' "$said"; return 1; }
    printf 'PostgreSQL has proved its name'
  fi
}

export -f connect http https https_by_openssl verified authority shown ping query

say() { printf '%s\t%s\t%s\n' "$1" "$2" "\${3//[$'\t\n']/ }"; }

# works ID WHAT HOST PORT [PATH]: a new pod's policies may be on their way, so there is a second try and a third.
works() {
  local id=$1 try started said code
  shift
  for try in 1 2 3; do
    started=$(now)
    said=$(timeout 8 bash -c '"$@"' - "$@" 2>&1 </dev/null)
    code=$?
    [ "$code" -eq 0 ] && { say "$id" ok "\${said:-connected}, $(( $(now) - started )) ms"; return; }
    sleep 1
  done
  [ "$code" -eq 124 ] && say "$id" silent 'no answer' || say "$id" failed "\${said##*: }"
}

# refused ID HOST PORT: for the same reason, what goes through is tried again. Silence counts from the moment that the
# pod has begun to connect: one that is only slow has found nothing.
refused() {
  local id=$1 try said code
  for try in 1 2 3; do
    said=$(timeout 3 bash -c 'echo connecting; connect "$@"' - "$2" "$3" 2>&1 </dev/null)
    code=$?
    [ "$code" -eq 0 ] || [ "$code:$said" = 124: ] || break
    sleep 1
  done
  case $code:$said in
    0:*) say "$id" ok 'connected' ;;
    124:connecting* | *'No route to host'* | *'unreachable'*) say "$id" silent 'no answer' ;;
    124:*) say "$id" failed 'the pod was too slow to try' ;;
    *) say "$id" failed "\${said##*: }" ;;
  esac
}

resolves() {
  local id=$1 name missing=
  shift
  for name in "$@"; do
    timeout 5 getent ahostsv4 "$name" >/dev/null || missing="$missing $name"
  done
  [ -z "$missing" ] && say "$id" ok "$# names" || say "$id" failed "unknown:$missing"
}
`.replaceAll('\\${', '${')

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

function call(attempt: Attempt): string[] {
  if (attempt.expect === 'resolves') return ['resolves', attempt.id, ...attempt.names]
  const { expect, id, host, port } = attempt
  if (expect === 'refused') return ['refused', id, host, String(port)]
  const { protocol } = attempt
  if (protocol.kind !== 'http') return ['works', id, protocol.kind, host, String(port)]
  return ['works', id, protocol.secure ? 'https' : 'http', host, String(port), protocol.path]
}

/** A bash script for a pod's standard input that makes all attempts at once. */
export function probeScript(attempts: readonly Attempt[]): string {
  const calls = attempts.map((attempt) => `${call(attempt).map(quote).join(' ')} &\n`)
  return `${functions}\n${calls.join('')}wait\n`
}

/** Reads what the script printed. */
export function parseOutcomes(output: string): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>()
  for (const line of output.split('\n')) {
    const [id, result, detail = ''] = line.split('\t')
    if (id && (result === 'ok' || result === 'silent' || result === 'failed'))
      outcomes.set(id, { id, result, detail })
  }
  return outcomes
}
