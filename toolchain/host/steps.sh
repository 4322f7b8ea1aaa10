# shellcheck shell=bash
# Progress, errors and suggestions: the only place of the shell part that prints.

# Messages reach the terminal even while a step's output goes to its log.
exec 3>&2

die() {
  printf 'dway: %s\n' "$*" >&3
  exit 1
}

usage_error() {
  printf 'dway: %s\n' "$*" >&3
  exit 2
}

# What the bank stands on isn't as it must be: the engine, its disk, ports or networks.
die_surroundings() {
  printf 'dway: %s\n' "$*" >&3
  exit 3
}

# An image cannot be built.
die_build() {
  printf 'dway: %s\n' "$*" >&3
  exit 4
}

say() { printf '%s\n' "$*" >&3; }

# step NAME COMMAND…: runs COMMAND with its output in .dway/logs/NAME.log; prints one line with the time it took.
# On failure prints the end of the log and how to go on, and ends the program.
step() {
  local name=$1 started=$SECONDS log status=0
  shift
  log=$state/logs/${name// /-}.log
  [ ! -t 3 ] || printf '  … %s' "$name" >&3
  "$@" >"$log" 2>&1 </dev/null || status=$?
  [ ! -t 3 ] || printf '\r\033[K' >&3
  if [ "$status" -ne 0 ]; then
    say "  ✗ $name after $((SECONDS - started)) s; the end of .dway/logs/${log##*/}:"
    grep -vE '^#[0-9]+ (sha256:|extracting|CACHED)' "$log" | tail -n 15 | sed 's/^/    /' >&3
    die "$name failed. What was built so far is kept: mend the cause and run the same command again."
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
