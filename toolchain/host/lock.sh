# shellcheck shell=bash
# One ./dway at a time prepares a checkout.

# owner_in NOTE: prints the process that a lock names, if it still runs: after a restart another one may have the number,
# but not the start that was noted.
owner_in() {
  local owner noted
  read -r owner noted <<<"$1"
  [ -n "$noted" ] && [ "$(ps -p "$owner" -o lstart= 2>/dev/null | tr -s ' ')" = "$noted" ] || return 1
  printf '%s' "$owner"
}

# prepares_here: prints the process of another ./dway that builds for this checkout, if one does.
prepares_here() {
  owner_in "$(cat "$state/build.lock" 2>/dev/null)" || true
}

# end_preparation PROCESS: ends another ./dway that builds, with the containers in which it does.
end_preparation() {
  local tries=0 building toolbox
  say "  · ends the ./dway that prepares this checkout (process $1); what it built so far is kept"
  kill -TERM "$1" 2>/dev/null || die "the ./dway of process $1 is another user's: it can only be ended there."
  while [ "$(prepares_here)" = "$1" ]; do
    # It ends when the step that it is in does.
    building=$(engine ps --quiet --filter "label=dway.call=$1")
    # One word a container.
    [ -z "$building" ] || engine kill $building >/dev/null 2>&1 || true
    tries=$((tries + 1))
    [ $tries -lt 120 ] || die "the ./dway of process $1 does not end: wait for it, then run this again."
    sleep 1
  done
  # A toolbox whose start was broken off is of no use.
  toolbox=$(find_container)
  [ -z "$toolbox" ] || engine rm --force --volumes "$toolbox" >/dev/null
}

# lock_checkout: two commands that build at once would only build everything twice; the second waits for the first.
# The lock is a link to a file that has its owner's process in it already, so that it is never seen empty.
lock_checkout() {
  local mine=$state/build.lock.$$ found waited=''
  printf '%s %s\n' $$ "$(ps -p $$ -o lstart= | tr -s ' ')" >"$mine"
  until ln "$mine" "$state/build.lock" 2>/dev/null; do
    found=$(cat "$state/build.lock" 2>/dev/null) || continue
    # One that is held by whoever waits for it was put back after its end. What was read is judged, and not what is there
    # by now: its owner may be gone meanwhile, and another one have it.
    if [ "$found" = "$(cat "$mine")" ] || ! owner_in "$found" >/dev/null; then
      # Another one may have taken it over meanwhile: then it goes back.
      mv "$state/build.lock" "$mine.stale" 2>/dev/null || continue
      [ "$(cat "$mine.stale")" = "$found" ] || ln "$mine.stale" "$state/build.lock" 2>/dev/null || true
      rm -f "$mine.stale"
      continue
    fi
    [ -n "$waited" ] || say '  · another ./dway prepares this checkout: waiting for it'
    waited=yes
    sleep 1
  done
  rm -f "$mine"
  locked=yes
}

unlock_checkout() {
  [ -z "${locked:-}" ] || rm -f "$state/build.lock"
  locked=''
}
