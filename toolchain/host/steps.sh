# shellcheck shell=bash
# Progress, errors and suggestions: the only place of the shell part that prints.

# Messages reach the terminal even while a step's output goes to its log.
exec 3>&2

# fail CODE MESSAGE: prints one line and ends the program; with --json, the failure as data on standard output too.
fail() {
  local code=$1
  shift
  printf 'dway: %s\n' "$*" >&3
  [ -z "${wants_json:-}" ] || printf '{"up": false, "failure": {"message": "%s", "exitCode": %d, "evidence": [], "waiting": []}}\n' \
    "$(printf '%s' "$*" | tr '\n\t' '  ' | sed 's/[\\"]/\\&/g')" "$code"
  exit "$code"
}

die() { fail 1 "$@"; }
usage_error() { fail 2 "$@"; }
# What the bank stands on isn't as it must be: the engine, its disk, ports or networks.
die_surroundings() { fail 3 "$@"; }
# An image cannot be built.
die_build() { fail 4 "$@"; }

say() { printf '%s\n' "$*" >&3; }

# build_stages LOG: what a build does now and what took longest so far, in one line.
build_stages() {
  awk '
    /^#[0-9]+ \[/ && !($1 in name) && match($0, /\[[^]]*\]/) {
      stage = substr($0, RSTART + 1, RLENGTH - 2)
      sub(/ +[0-9]+\/[0-9]+$/, "", stage)
      if (stage !~ /^(internal|context)/) name[$1] = stage
    }
    /^#[0-9]+ DONE [0-9.]+s/ { time = substr($3, 1, length($3) - 1); if (time > most && $1 in name) { most = time; slowest = name[$1] } }
    /^#[0-9]+ (DONE|CACHED|ERROR|CANCELED)/ { delete name[$1] }
    END {
      for (id in name) if (!(name[id] in told) && ++count <= 3) { told[name[id]] = 1; list = list (list == "" ? "" : ", ") name[id] }
      if (list != "") printf ": %s", list
      if (most >= 5) printf "; slowest so far %s, %d s", slowest, most
    }' "$1" 2>/dev/null
}

# show_progress NAME LOG: until it is ended, shows what goes on: again and again on a terminal, else now and then.
show_progress() {
  local name=$1 log=$2 started=$SECONDS width pause=30
  if [ -t 3 ]; then
    pause=1
    width=$(tput cols 2>/dev/null || echo 80)
  fi
  # The pause must not hold on to the caller's output once the step is over.
  while sleep "$pause" 3>&- >/dev/null 2>&1; do
    if [ -t 3 ]; then
      printf '\r\033[K%s' "$(printf '  … %s %d s%s' "$name" $((SECONDS - started)) "$(build_stages "$log")" | cut -c "1-$((width - 1))")" >&3
    else
      say "  … $name $((SECONDS - started)) s$(build_stages "$log")"
    fi
  done
}

# step NAME COMMAND…: runs COMMAND with its output in .dway/logs/NAME.log; prints one line with the time it took.
# On failure prints the end of the log and how to go on, and ends the program with step_failure, which is 1 if unset.
step() {
  local name=$1 started=$SECONDS log status=0 watcher
  shift
  log=$state/logs/${name// /-}.log
  [ ! -t 3 ] || printf '  … %s' "$name" >&3
  : >"$log"
  show_progress "$name" "$log" </dev/null >/dev/null 2>&1 &
  watcher=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  [ ! -t 3 ] || printf '\r\033[K' >&3
  if [ "$status" -ne 0 ]; then
    say "  ✗ $name after $((SECONDS - started)) s; the end of .dway/logs/${log##*/}:"
    grep -vE '^#[0-9]+ (sha256:|extracting|CACHED)' "$log" | tail -n 15 | sed 's/^/    /' >&3
    explain_failure "$log"
    fail "${step_failure:-1}" "$name failed. What was built so far is kept: mend the cause and run the same command again."
  fi
  say "  ✓ $name $((SECONDS - started)) s"
}

# nearest WORD CANDIDATE…: prints the candidate with the smallest edit distance, if it is near enough to be meant.
nearest() {
  local word=$1
  shift
  printf '%s\n' "$@" | awk -v a="$word" '
    function least(x, y, z) { x = x < y ? x : y; return x < z ? x : z }
    {
      b = $0; n = length(a); m = length(b)
      for (j = 0; j <= m; j++) d[0, j] = j
      for (i = 1; i <= n; i++) {
        d[i, 0] = i
        for (j = 1; j <= m; j++)
          d[i, j] = least(d[i-1, j] + 1, d[i, j-1] + 1, d[i-1, j-1] + (substr(a, i, 1) != substr(b, j, 1)))
      }
      if (best == "" || d[n, m] < distance) { best = b; distance = d[n, m] }
    }
    END { if (distance <= 3 && distance < length(a)) print best }'
}
