# shellcheck shell=bash
# Finds or starts the container that the commands run in, and runs what needs an image alone.

# The host's proxies reach every container and build stage.
proxy_environment=(--env HTTP_PROXY --env HTTPS_PROXY --env NO_PROXY)

have_image() { engine image inspect "$1" >/dev/null 2>&1; }

# docker_socket: prints the engine's socket as the engine itself finds it when a container mounts it.
docker_socket() {
  local address
  address=$(engine_address)
  # An engine in a virtual machine of this machine mounts that one's socket, under the usual name.
  if [ "$(uname -s)" = Darwin ] || [ "$(engine info --format '{{.OperatingSystem}}' 2>/dev/null)" = 'Docker Desktop' ]; then
    address=unix:///var/run/docker.sock
  fi
  case $address in unix://*) printf '%s' "${address#unix://}" ;; *) printf /var/run/docker.sock ;; esac
}

# git_common_folder: prints the folder that a worktree shares with the checkout it was made from, unless it lies in
# the checkout itself. git on the host may be missing or refuse the owner, so git's own files are read.
git_common_folder() {
  local folder common
  [ -f "$root/.git" ] || return 0
  folder=$(sed -n 's/^gitdir: //p' "$root/.git" | tr -d '\r')
  case $folder in '') return 0 ;; /*) ;; *) folder=$root/$folder ;; esac
  [ -d "$folder" ] || return 0
  folder=$(cd "$folder" && pwd -P)
  common=$folder
  # A submodule has no such file: its folder is whole.
  if [ -f "$folder/commondir" ]; then
    common=$(cat "$folder/commondir")
    case $common in /*) ;; *) common=$folder/$common ;; esac
    common=$(cd "$common" && pwd -P)
  fi
  case $common/ in "$root"/*) ;; *) printf '%s' "$common" ;; esac
}

# instance_name: what scripts/lib/settings.ts calls this checkout's cluster, and everything beside it.
instance_name() {
  printf 'dway-%s' "$(printf %s "$root" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c1-8)"
}

# in_image IMAGE COMMAND…: runs COMMAND in a throwaway container that sees the engine and the checkout.
in_image_options=()
in_image() {
  local image=$1 name environment=()
  shift
  while IFS= read -r name; do environment+=(--env "$name"); done < <(
    compgen -e | grep -E '^(MIRROR_|UPSTREAM_|NODE_|NPM_VERSION|NPM_SHA512|DWAY_|SOURCE$|TOOLCHAIN_TAG$|TOOLBOX_TAG$|DEBIAN$|GOGC$|HOST_SETTINGS$|CI$)'
  )
  engine run --rm --init --user 0:0 --label "dway.call=$$" "${in_image_options[@]+"${in_image_options[@]}"}" \
    --mount "type=bind,source=$(docker_socket),target=/var/run/docker.sock" \
    --mount "type=bind,source=$root,target=$root" --workdir "$root" "${environment[@]+"${environment[@]}"}" \
    "${proxy_environment[@]}" \
    --env HOME=/tmp --env BUILDX_GIT_INFO=false "$image" "$@"
}

# run_npm WORD…: the verb npm, in the image that needs no lockfile, as the user to whom the checkout belongs. The image's
# own /root is closed, but the checkout may lie below it.
run_npm() {
  local name environment=() terminal=() directory=$root uid gid
  uid=$(id -u)
  gid=$(id -g)
  [ "$(toolbox_user)" != root ] || uid=0 gid=0
  while IFS= read -r name; do environment+=(--env "$name"); done < <(compgen -e | grep -E '^(DWAY_|NO_COLOR$)')
  if [ -t 0 ] && [ -t 1 ]; then terminal=(--tty --env "TERM=${TERM:-dumb}"); fi
  # A workspace's folder means that workspace, as it does for npm.
  case $(pwd -P)/ in "$root"/*) directory=$(pwd -P) ;; esac
  engine run --rm --init --interactive "${terminal[@]+"${terminal[@]}"}" --user 0:0 --label "dway.call=$$" \
    --mount "type=bind,source=$root,target=$root" --workdir "$directory" "${environment[@]+"${environment[@]}"}" \
    "${proxy_environment[@]}" --env HOME=/tmp "dway/node:$TOOLCHAIN_TAG" \
    sh -c 'chmod 711 /root; uid=$1 gid=$2; shift 2; exec setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@"' \
    sh "$uid" "$gid" node "$root/scripts/npm.ts" "$@"
}

# toolbox_user: who commands run as. A rootless engine shows its own user, whose files these are, as root inside.
toolbox_user() {
  case $(engine info --format '{{.SecurityOptions}}') in *name=rootless*) printf root ;; *) printf dwaybank ;; esac
}

# mount_json FROM TO: a mount as devcontainer.json has them.
mount_json() {
  case $1 in *[,\"\\]*) die "the path $1 has a comma, a quote or a backslash in it, which container mounts cannot carry." ;; esac
  printf '{"type":"bind","source":"%s","target":"%s"}' "$1" "$2"
}

# toolbox_metadata: what devcontainer.json cannot know beforehand, in the form that dev container tools read from an
# image's label and merge into it: the engine's socket, git's folder of a worktree, the user.
toolbox_metadata() {
  local mounts common
  mounts=$(mount_json "$(docker_socket)" /var/run/docker.sock) || return 1
  common=$(git_common_folder) || return 1
  if [ -n "$common" ]; then mounts=$mounts,$(mount_json "$common" "$common") || return 1; fi
  printf '[{"containerUser":"%s","remoteUser":"%s","mounts":[%s]}]' "$(toolbox_user)" "$(toolbox_user)" "$mounts"
}

# label_toolbox METADATA IMAGE: the toolbox under another name, with that label.
label_toolbox() {
  local container status=0
  container=$(engine create --label "devcontainer.metadata=$1" "dway/toolbox:$TOOLBOX_TAG") || return 1
  engine commit "$container" "$2" >/dev/null || status=1
  engine rm "$container" >/dev/null
  return $status
}

# keep_identity: who commits are by, for git in the container; an editor's own copy of it comes before this one.
keep_identity() {
  local key value
  : >"$state/gitconfig"
  for key in user.name user.email; do
    value=$(git -C "$root" config "$key" 2>/dev/null) || continue
    git config --file "$state/gitconfig" "$key" "$value"
  done
}

# check_worktree: git in the toolbox is Debian's, and older than what writes relative paths into worktrees.
check_worktree() {
  local config
  config=$(git_common_folder)/config
  [ -f "$config" ] || config=$root/.git/config
  ! grep -qi 'relativeWorktrees *= *true' "$config" 2>/dev/null ||
    say "  · git does not work inside the toolbox: this repository's worktrees have relative paths, which its git $(engine run --rm "dway/toolbox:$TOOLBOX_TAG" git --version | tr -dc '0-9.') cannot read. On the host: git config worktree.useRelativePaths false && git worktree repair --no-relative-paths && git config --unset extensions.relativeWorktrees"
}

# prepare_checkout: what the container expects to find in the checkout.
prepare_checkout() {
  local metadata image
  if [ -d "$root/node_modules" ] && [ ! -L "$root/node_modules" ]; then
    die "node_modules was made by npm on the host, where nothing of the bank runs: remove it with 'rm -rf node_modules'."
  fi
  ln -sfn /opt/dway/node_modules "$root/node_modules"
  metadata=$(toolbox_metadata)
  image=dway/checkout:$TOOLBOX_TAG-$(printf '%s' "$metadata" | cksum | cut -d' ' -f1)
  have_image "$image" || step 'label the toolbox' label_toolbox "$metadata" "$image"
  keep_identity
  check_worktree
  printf 'FROM %s\nLABEL dway.toolbox=%s\n' "$image" "$TOOLBOX_TAG" >"$state/Dockerfile"
  printf '%s\n' "$TOOLCHAIN_TAG" >"$state/toolchain-tag"
  # The container that is started next adds how long its own commands took.
  printf 'initializeCommand %s000 ms\n' "$SECONDS" >"$state/logs/lifecycle.log"
  # A checkout that belongs to root still has a user in the container who must write here.
  [ "$(id -u)" != 0 ] || [ "$(toolbox_user)" = root ] || chown -R 1001:1001 "$state"
}

# find_container [TAG]: the running toolbox of this checkout, of that version or of any.
find_container() {
  engine ps --quiet --filter "label=devcontainer.local_folder=$root" --filter "label=dway.toolbox${1:+=$1}" | head -n 1
}

# port_is_free PORT: whether the engine can publish it. What the toolbox has that is about to be replaced comes free, and
# an engine that fails otherwise says so when the container starts.
port_is_free() {
  local words
  [ -z "$(engine ps --quiet --filter "label=devcontainer.local_folder=$root" --filter label=dway.toolbox --filter "publish=$1")" ] ||
    return 0
  words=$(engine run --rm --publish "127.0.0.1:$1:$1" "dway/toolbox:$TOOLBOX_TAG" true 2>&1) && return 0
  case $words in *'already allocated'* | *'already in use'* | *'bind: '*) return 1 ;; esac
}

# choose_tilt_port: sets tilt_port, where Tilt's page is on the host: the same as last time, so that a bookmark lasts,
# else the first free one from Tilt's own on. Where many are taken it is empty, and the engine chooses.
choose_tilt_port() {
  local before port
  before=$(sed -n '/^[1-9][0-9]*$/p' "$state/tilt-port" 2>/dev/null || true)
  tilt_port=''
  for port in $before $(seq 10350 10399); do
    if port_is_free "$port"; then
      tilt_port=$port
      break
    fi
  done
  [ -z "$before" ] || [ "$before" = "$tilt_port" ] ||
    say "  · port $before is taken: Tilt's page moves to ${tilt_port:-another one}"
  [ -z "$tilt_port" ] || printf '%s\n' "$tilt_port" >"$state/tilt-port"
}

start_container() {
  local socket uid gid groups
  socket=$(docker_socket)
  uid=$(id -u) gid=$(id -g)
  if [ "$(toolbox_user)" = root ]; then
    uid=0 gid=0 groups=0
  else
    # The group of the socket as containers see it: in an engine's virtual machine it is not the host's.
    groups=$(engine run --rm --mount "type=bind,source=$socket,target=/var/run/docker.sock" \
      "dway/toolbox:$TOOLBOX_TAG" stat -c %g /var/run/docker.sock)
  fi
  # The CLI maps the container's user to the one it runs as, who must have a name for that.
  engine run --rm --init --user 0:0 --mount "type=bind,source=$socket,target=/var/run/docker.sock" \
    --mount "type=bind,source=$root,target=$root" --workdir "$root" --env HOME=/tmp "${proxy_environment[@]}" \
    --env "DWAY_TILT_PORT=$tilt_port" "dway/toolbox:$TOOLBOX_TAG" \
    sh -c 'echo "host:x:$1:$2::/tmp:/bin/sh" >>/etc/passwd; uid=$1 gid=$2 groups=$3; shift 3
      exec setpriv --reuid "$uid" --regid "$gid" --groups "$groups" "$@"' \
    sh "$uid" "$gid" "$groups" \
    devcontainer up --workspace-folder "$root" --remove-existing-container --log-level info
}

# start_at_free_port: another checkout's toolbox may take the port while this one starts.
start_at_free_port() {
  start_container && return
  if [ -z "$tilt_port" ] || port_is_free "$tilt_port"; then return 1; fi
  choose_tilt_port
  start_container
}

# ensure_container: sets container to the running toolbox of this checkout, and container_was_started if it was not
# running before.
ensure_container() {
  # Read by step.
  local step_failure=3
  container=$(find_container "$TOOLBOX_TAG")
  if [ -z "$container" ]; then
    choose_tilt_port
    step 'start the toolbox' start_at_free_port
    container=$(find_container "$TOOLBOX_TAG")
    # Read by dway.
    container_was_started=yes
    [ -n "$container" ] || die_surroundings "the toolbox did not stay up: see .dway/logs/start-the-toolbox.log."
    # Only for who reads a list of containers: it is found by its labels, as one that an editor started.
    engine rename "$container" "$(instance_name)-toolbox" >/dev/null 2>&1 || true
  fi
}

# spare_toolbox: an image of the toolbox that is there already, the checkout's or another version: for verbs that clean
# up, which must not build anything first.
spare_toolbox() {
  local image
  image=$(sed -n 's/^FROM //p' "$state/Dockerfile" 2>/dev/null)
  if [ -n "$image" ] && have_image "$image"; then
    printf '%s' "$image"
  else
    engine image ls --format '{{.Repository}}:{{.Tag}}' dway/toolbox | head -n 1
  fi
}

# run_in_passing IMAGE VERB ARGUMENT…: runs the verb in a container that ends with it.
run_in_passing() {
  local image=$1 verb=$2
  shift 2
  in_image_options=(--interactive --env NO_COLOR --env DWAY_TOOLBOX_GOES=1)
  if [ -t 0 ] && [ -t 1 ]; then in_image_options+=(--tty --env "TERM=${TERM:-dumb}"); fi
  ln -sfn /opt/dway/node_modules "$root/node_modules"
  in_image "$image" node "$root/scripts/$verb.ts" "$@"
}

# has_cluster: whether this checkout has a cluster, which may be stopped.
has_cluster() { [ -n "$(engine ps --all --quiet --filter "name=^$(instance_name)-control-plane\$")" ]; }

# has_word WORD ARGUMENT…: whether WORD is one of them.
has_word() {
  local wanted=$1 word
  shift
  for word in "$@"; do [ "$word" != "$wanted" ] || return 0; done
  return 1
}

# made_anything WORD…: whether the engine holds something that down with these words would remove: a container or
# network of this checkout, with --volumes a volume too.
made_anything() {
  local name
  name=$(instance_name)
  [ -n "$(engine ps --all --quiet --filter "name=$name")$(engine network ls --quiet --filter "name=$name")$(toolboxes)" ] ||
    { has_word --volumes "$@" && [ -n "$(engine volume ls --quiet --filter "name=$name")" ]; }
}

# install_hooks: lets git run the project's hooks, unless somebody chose others. Where root owns the checkout the toolbox's
# user may not write to it; without git here, the toolbox tries.
install_hooks() {
  command -v git >/dev/null 2>&1 || return 0
  [ -z "$(git -C "$root" config --get core.hooksPath)" ] || return 0
  git -C "$root" config core.hooksPath .githooks 2>/dev/null || say '  · the hooks were not installed: .git/config is not writable'
}

# toolboxes: prints this checkout's toolboxes, stopped ones too.
toolboxes() {
  engine ps --all --quiet --filter "label=devcontainer.local_folder=$root" --filter label=dway.toolbox
}
