# shellcheck shell=bash
# Finds a Docker engine, or installs and starts one where that is possible.

docker_command=(docker)
engine() { "${docker_command[@]}" "$@"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo --preserve-env=HTTP_PROXY,HTTPS_PROXY,NO_PROXY,http_proxy,https_proxy,no_proxy "$@"
  fi
}

# Whether this user can become root: without asking, or by a password that somebody is there to type.
can_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }
}

# engine_answers: whether an engine answers; what the client said otherwise is in engine_words.
engine_words=''
engine_answers() {
  engine_words='no client'
  command -v docker >/dev/null 2>&1 || return 1
  docker_command=(docker)
  engine_words=$(engine version 2>&1 >/dev/null) && return 0
  # A user who is not yet in the engine's group.
  case $engine_words in *'permission denied'*) ;; *) return 1 ;; esac
  [ "$(id -u)" != 0 ] && can_be_root && docker_command=(sudo -E docker) && engine version >/dev/null 2>&1 && return 0
  docker_command=(docker)
  return 1
}

# engine_address: where the client's engine is: DOCKER_HOST, else the current context, as docker itself decides.
engine_address() {
  if [ -n "${DOCKER_HOST:-}" ]; then
    printf '%s' "$DOCKER_HOST"
  else
    docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || true
  fi
}

# check_engine_place: ends with one line if the engine is somewhere that cannot mount the checkout.
check_engine_place() {
  local address
  address=$(engine_address)
  case $address in
    unix://* | npipe://*) ;;
    '') [ -z "${DOCKER_CONTEXT:-}" ] || die_surroundings "docker has no context '$DOCKER_CONTEXT', which DOCKER_CONTEXT names: see 'docker context ls'." ;;
    *) die_surroundings "the Docker engine is at $address, where this checkout cannot be mounted: choose one of this machine with 'docker context use default', or unset DOCKER_HOST and DOCKER_CONTEXT." ;;
  esac
}

os_field() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" /etc/os-release 2>/dev/null; }

# repository RELEASE: the address from which the host's own apt takes that release, read from its lists of sources
# (apt itself tells only after an update, which a new machine has not had).
repository() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /dev/null 2>/dev/null |
    sed -nE "s/^deb +(\[[^]]*\] +)?([^ ]+) +$1( .*)?$/\2/p" | head -n 1 | grep . ||
    awk -v release="$1" '
      /^[A-Za-z-]+:/ { field = tolower($1) }
      field == "uris:" { uri = $2 }
      field == "suites:" { for (i = 2; i <= NF; i++) if ($i == release && !found) { print uri; found = 1 } }
      /^$/ { field = ""; uri = "" }' /etc/apt/sources.list.d/*.sources /dev/null 2>/dev/null
}

# debian_repository: the Debian mirror to build from: the setting, else the host's own if the host is Debian.
debian_repository() {
  local found=${DWAY_DEBIAN_MIRROR:-}
  [ -n "$found" ] || [ "$(os_field ID)" != debian ] || found=$(repository "$(os_field VERSION_CODENAME)")
  printf '%s' "${found%/}"
}

install_engine_of_newer_debian() {
  # Debian 12's engine is too old to build with: three packages come from Debian 13, all else stays as it is. The
  # host's own list of sources is not touched.
  local sources
  sources=$(mktemp -d)
  mkdir -p "$sources/lists/partial" "$sources/preferences.d" "$sources/sources.list.d"
  printf 'deb %s %s main\n' "$(debian_repository)" bookworm "$(debian_repository)" trixie >"$sources/sources.list"
  printf 'Package: *\nPin: release n=trixie\nPin-Priority: -10\n' >"$sources/preferences.d/trixie"
  set -- -o "Dir::Etc::SourceList=$sources/sources.list" -o "Dir::Etc::SourceParts=$sources/sources.list.d" \
    -o "Dir::Etc::PreferencesParts=$sources/preferences.d" -o "Dir::State::Lists=$sources/lists" \
    -o APT::Sandbox::User=root
  as_root apt-get -q "$@" update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" install --yes --no-install-recommends \
      docker.io/trixie containerd/trixie docker-cli/trixie iptables ca-certificates
  local status=$?
  as_root rm -rf "$sources"
  return $status
}

install_engine() {
  # A client without an engine is of no use in starting one: Debian's package brings both.
  if [ "$(os_field VERSION_CODENAME)" = bookworm ]; then
    install_engine_of_newer_debian
  else
    as_root apt-get -q update &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends \
        docker.io iptables ca-certificates &&
      { command -v docker >/dev/null 2>&1 || as_root apt-get -q install --yes --no-install-recommends docker-cli; }
  fi
}

# drop_stale_pid FILE NAME: removes the pid file of a process that was killed, which would keep the next one from
# starting, also when its number is another program's by now, or that of a process whose end nobody has looked at.
drop_stale_pid() {
  case $(ps -o stat= -o comm= -p "$(as_root cat "$1" 2>/dev/null || echo 0)" 2>/dev/null) in
    Z*) as_root rm -f "$1" ;;
    *" $2") ;;
    *) as_root rm -f "$1" ;;
  esac
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker
  else
    drop_stale_pid /var/run/docker.pid dockerd
    drop_stale_pid /var/run/docker/containerd/containerd.pid containerd
    as_root sh -c 'setsid nohup dockerd >/var/log/dockerd.log 2>&1 </dev/null 3>&- &'
  fi
  local tries=0
  until engine_answers; do
    tries=$((tries + 1))
    if [ $tries -ge 60 ]; then
      tail -n 5 /var/log/dockerd.log 2>/dev/null || true
      return 1
    fi
    sleep 1
  done
}

# ensure_engine: afterwards `engine` talks to a running Docker engine that can build and run what we need.
ensure_engine() {
  # Read by step.
  local step_failure=3
  check_engine_place
  engine_answers || heal_engine
  local version
  version=$(engine version --format '{{.Server.Version}}')
  [ "${version%%.*}" -ge 25 ] 2>/dev/null ||
    die_surroundings "the Docker engine is $version, but 25 or newer is needed to build and to read images: update it."
}

# heal_engine: installs and starts the engine where this user may; else ends with one line that says who can.
heal_engine() {
  local how='install Docker (Docker Desktop on macOS and Windows; your distribution'\''s package on Linux), start it, and run this again.'
  local user start='start it (Docker Desktop, or your virtual machine) and run this again.'
  user=$(id -un)
  case $engine_words in *'permission denied'*)
    die_surroundings "$user may not use the Docker engine: run 'sudo usermod -aG docker $user', log in again, and run this again." ;;
  esac
  # Only the usual one is ours to install or start.
  [ "$engine_words" = 'no client' ] || case $(engine_address) in
    '' | unix:///var/run/docker.sock | unix:///run/docker.sock) ;;
    *) die_surroundings "no Docker engine answers at $(engine_address), where DOCKER_HOST or the current docker context points: start it, or choose another." ;;
  esac
  if ! command -v dockerd >/dev/null 2>&1; then
    case "$(uname -s)/$(os_field ID)" in
      Linux/debian | Linux/ubuntu) ;;
      *)
        [ "$engine_words" = 'no client' ] || die_surroundings "the Docker engine does not answer: $start"
        die_surroundings "there is no Docker on this machine: $how"
        ;;
    esac
    can_be_root || die_surroundings "there is no Docker engine on this machine, and installing one needs root or sudo: $how"
    step 'install the Docker engine' install_engine
    engine_answers && return
  fi
  can_be_root ||
    die_surroundings "the Docker engine is stopped, and $user may not start it: run 'sudo systemctl start docker', or ask who may, and run this again."
  step 'start the Docker engine' start_engine
}

# explain_end VERB STATUS: ends with one line if VERB did not end by itself.
explain_end() {
  engine_answers ||
    die_surroundings "the Docker engine stopped while $1 ran: ./dway up starts it again. The data is kept."
  [ -z "$container" ] || [ "$(engine inspect --format '{{.State.Running}}' "$container" 2>/dev/null)" = true ] ||
    die_surroundings "the toolbox stopped while $1 ran, perhaps with the Docker engine: run ./dway up. The data is kept."
  # By SIGTERM or SIGKILL.
  case $2 in 137 | 143) die "$1 was ended from outside, for example by ./dway down." ;; esac
}

# explain_failure LOG: ends with one line if the log of a failed step shows that the surroundings are to blame.
explain_failure() {
  local line
  if grep -qiE 'no space left on device|disk quota exceeded' "$1"; then
    die_surroundings "the Docker engine's disk is full, $(free_text): './dway prune' frees what caches keep. What was built so far is kept: make room and run the same command again."
  fi
  line=$(grep -iE 'is not valid yet|Release file for .* is expired|certificate has expired or is not yet valid|certificate is not (yet )?valid|CERT_(NOT_YET_VALID|HAS_EXPIRED)' "$1" | tail -n 1 || true)
  if [ -n "$line" ]; then
    die_surroundings "this machine's clock says $(date -u '+%Y-%m-%d %H:%M UTC'), but a package source disagrees (${line#"${line%%[! ]*}"}): set the clock, or mend that source if the clock is right."
  fi
  grep -qE 'Cannot connect to the Docker daemon|error during connect|unexpected EOF|connection reset' "$1" || return 0
  engine_answers ||
    die_surroundings "the Docker engine stopped: ./dway up starts it again. What was built so far is kept."
}

# check_platform: ends with one line if this kind of machine cannot work.
check_platform() {
  case "$(uname -s)" in Linux | Darwin) ;; *) die_surroundings "$(uname -s) is not supported: use Linux, macOS or WSL2." ;; esac
  case "$(uname -m)" in
    x86_64 | amd64 | aarch64 | arm64) ;;
    *) die_surroundings "the architecture $(uname -m) is not supported: amd64 and arm64 are." ;;
  esac
}

# free_disk [IMAGE]: the gigabytes that the engine's disk has left, or nothing if they cannot be seen. A container sees
# them wherever the engine runs; without an image, only the folder of an engine on this very machine is seen.
free_disk() {
  local image=${1:-} folder
  [ -n "$image" ] || image=$(engine image ls --quiet dway/base 2>/dev/null | head -n 1)
  {
    { [ -n "$image" ] && engine run --rm "$image" df -Pk / 2>/dev/null; } || {
      folder=$(engine info --format '{{.DockerRootDir}}' 2>/dev/null)
      [ -d "$folder" ] && df -Pk "$folder"
    } || true
  } | awk 'NR == 2 { printf "%d", $4 / 1024 / 1024 }'
}

free_text() {
  local free
  free=$(free_disk)
  printf '%s' "${free:-an unknown number of} GB are free"
}

# check_memory: ends with one line if the engine, wherever it runs, has too little memory.
check_memory() {
  local memory
  memory=$(($(engine info --format '{{.MemTotal}}') / 1000 / 1000 / 1000))
  [ "$memory" -ge 6 ] || die_surroundings "the Docker engine has $memory GB of memory, but 6 GB are needed: give it more."
}

# check_disk GB [IMAGE]: ends with one line if the engine's disk has less room; where it cannot be seen, nothing is said.
check_disk() {
  local free
  free=$(free_disk "${2:-}")
  [ -z "$free" ] || [ "$free" -ge "$1" ] ||
    die_surroundings "$free GB are free on the Docker engine's disk ($(engine info --format '{{.DockerRootDir}}')), but building needs $1 GB: make room, for example with './dway prune'."
}
