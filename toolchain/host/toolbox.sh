# shellcheck shell=bash
# Builds or finds the images that everything else runs in, and the container that the commands run in.

# The host's proxies reach every container and build stage.
proxy_environment=(--env HTTP_PROXY --env HTTPS_PROXY --env NO_PROXY)

have_image() { engine image inspect "$1" >/dev/null 2>&1; }

# upstream_answers: whether the registry of released images is reachable, and so the base image on its way. Only an
# unreachable one leads to mirrors: what it answers, a wrong digest above all, is never passed over.
upstream_answers() {
  local log=$state/logs/reach-upstream.log pull tries=0
  : >"$log"
  "${docker_command[@]}" pull "$UPSTREAM_DEBIAN_IMAGE" >"$log" 2>&1 </dev/null &
  pull=$!
  while kill -0 $pull 2>/dev/null && ! grep -qE 'Pulling fs layer|Digest:' "$log"; do
    tries=$((tries + 1))
    if [ $tries -gt 150 ]; then
      kill $pull 2>/dev/null || true
      wait $pull 2>/dev/null || true
      return 1
    fi
    sleep 0.1
  done
  wait $pull && return 0
  grep -qiE 'no such host|lookup|timeout|deadline|refused|unreachable|reset|x509|EOF|proxyconnect|forbidden' "$log" && return 1
  die_surroundings "upstream answers, but the base image was not pulled: $(tail -n 1 "$log"). Set DWAY_SOURCE=mirror to build from package mirrors."
}

# choose_source: sets SOURCE to upstream or mirror. What was chosen once for a checkout stays, so that a network
# that comes and goes does not rebuild everything.
choose_source() {
  SOURCE=${DWAY_SOURCE:-auto}
  case $SOURCE in
    upstream | mirror) ;;
    auto)
      if [ -s "$state/source" ]; then
        SOURCE=$(cat "$state/source")
      elif upstream_answers; then
        SOURCE=upstream
      else
        SOURCE=mirror
        say '  · upstream images cannot be reached: everything is built from package mirrors'
      fi
      ;;
    *) usage_error "DWAY_SOURCE is '$SOURCE', but it must be auto, upstream or mirror." ;;
  esac
  printf '%s\n' "$SOURCE" >"$state/source"
  export SOURCE
}

install_mmdebstrap() {
  as_root apt-get -q update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install --yes --no-install-recommends \
      mmdebstrap debian-archive-keyring
}

# import_debian SUITE TAG: a minimal Debian from the package mirror as the image TAG.
import_debian() {
  local suite=$1 tag=$2 archive repository security sources
  archive=$(mktemp -d) || return 1
  repository=$(debian_repository)
  sources=()
  # Without a mirror of the host's, mmdebstrap takes Debian's own.
  [ -z "$repository" ] || sources=("deb $repository $suite main" "deb $repository $suite-updates main")
  if [ "$(os_field ID)" = debian ] && [ -z "${DWAY_DEBIAN_MIRROR:-}" ]; then
    security=$(repository "$(os_field VERSION_CODENAME)-security")
    [ -z "$security" ] || sources+=("deb ${security%/} $suite-security main")
  fi
  # Documentation and translations stay out, now and in whatever is installed later. (mmdebstrap's own way to leave
  # files out needs Python on the host.)
  # shellcheck disable=SC2016 # the hooks' own variables
  as_root mmdebstrap --quiet --variant=minbase --include=ca-certificates \
    --setup-hook='mkdir -p "$1/etc/dpkg/dpkg.cfg.d" && printf "path-exclude=/usr/share/%s/*\n" doc man locale info lintian >"$1/etc/dpkg/dpkg.cfg.d/slim"' \
    --customize-hook='rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/* "$1"/usr/share/info/* "$1"/usr/share/lintian' \
    --aptopt='Apt::Install-Recommends "false"' \
    "$suite" "$archive/root.tar" "${sources[@]+"${sources[@]}"}" &&
    as_root cat "$archive/root.tar" | engine import --change 'CMD ["bash"]' - "$tag" >/dev/null
  local status=$?
  as_root rm -rf "$archive"
  return $status
}

# prepare_debian: sets DEBIAN and NODE_IMAGE_DEBIAN to images that builds can start from.
prepare_debian() {
  if [ "$SOURCE" = upstream ]; then
    DEBIAN=$UPSTREAM_DEBIAN_IMAGE NODE_IMAGE_DEBIAN=$UPSTREAM_DEBIAN_IMAGE
    have_image "$DEBIAN" || step_failure=3 step 'pull the base image' engine pull --quiet "$DEBIAN"
  else
    DEBIAN=dway/debian:$MIRROR_DEBIAN_SUITE NODE_IMAGE_DEBIAN=dway/debian:$MIRROR_NODE_IMAGE_SUITE
    local suite
    for suite in "$MIRROR_DEBIAN_SUITE" "$MIRROR_NODE_IMAGE_SUITE"; do
      have_image "dway/debian:$suite" && continue
      case "$(os_field ID)" in
        debian | ubuntu) ;;
        *) die_surroundings "building from package mirrors starts on Debian or Ubuntu; load an image dway/debian:$suite into the engine, or set DWAY_SOURCE=upstream." ;;
      esac
      command -v mmdebstrap >/dev/null 2>&1 || step_failure=3 step 'install mmdebstrap' install_mmdebstrap
      step "make Debian $suite" import_debian "$suite" "dway/debian:$suite"
    done
  fi
  export DEBIAN NODE_IMAGE_DEBIAN
}

# make_builder: an image with the engine's client and buildx, so that the host needs neither plugin nor version.
# Settings of the host, which may carry credentials, stay out of it.
make_builder() {
  local container name=dway-builder-$$ status=0
  container=$(engine create --name "$name" "${proxy_environment[@]}" "$DEBIAN" sh -c \
    'update-ca-certificates 2>/dev/null; sh /apt-install ca-certificates docker-cli docker-buildx && rm /apt-install /etc/apt/apt.conf.d/95host') || return 1
  engine cp --quiet "$root/toolchain/apt-install" "$container:/apt-install" &&
    engine cp --quiet "$host_settings/certificates/." "$container:/usr/local/share/ca-certificates/" &&
    engine cp --quiet "$host_settings/apt.conf" "$container:/etc/apt/apt.conf.d/95host" &&
    engine start --attach "$container" &&
    engine commit --change 'CMD ["sh"]' --change 'ENV HTTP_PROXY= HTTPS_PROXY= NO_PROXY=' \
      "$container" "dway/builder:$TOOLCHAIN_TAG" >/dev/null || status=1
  engine rm --force "$container" >/dev/null 2>&1 || true
  return $status
}

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

bake() {
  in_image "dway/builder:$TOOLCHAIN_TAG" docker buildx bake --progress plain \
    --file toolchain/docker-bake.hcl --file services/docker-bake.hcl "$@"
}

build_node_image() {
  in_image "dway/builder:$TOOLCHAIN_TAG" sh toolchain/node-image/build.sh "dway/node-root:$TOOLCHAIN_TAG" \
    "dway/control-plane:$TOOLCHAIN_TAG" "dway/pause:$TOOLCHAIN_TAG" "dway/kind-node:$TOOLCHAIN_TAG"
}

# print_slowest LOG: the build's longest stages, so that a slow one is seen.
print_slowest() {
  awk '/^#[0-9]+ \[/ { id = $1; $1 = ""; name[id] = $0 }
    /^#[0-9]+ DONE [0-9.]+s/ { time = substr($3, 1, length($3) - 1); if (time >= 10) printf "%d %s\n", time, name[$1] }' "$1" |
    sort -rn | head -n 8 | cut -c1-100 | sed 's/^\([0-9]*\) /      \1 s/' >&2
}

# stop_builds: ends what this call of ./dway still builds in the background.
stop_builds() {
  local running
  running=$(engine ps --quiet --filter "label=dway.call=$$" 2>/dev/null) || return 0
  # shellcheck disable=SC2086 # one word a container
  [ -z "$running" ] || engine kill $running >/dev/null 2>&1 || true
}

# run_npm WORD…: the verb npm, in the image that needs no lockfile, as the user to whom the checkout belongs.
run_npm() {
  local name environment=() terminal=() directory=$root user
  user=$(id -u):$(id -g)
  [ "$(toolbox_user)" != root ] || user=0:0
  while IFS= read -r name; do environment+=(--env "$name"); done < <(compgen -e | grep -E '^(DWAY_|NO_COLOR$)')
  if [ -t 0 ] && [ -t 1 ]; then terminal=(--tty --env "TERM=${TERM:-dumb}"); fi
  # A workspace's folder means that workspace, as it does for npm.
  case $(pwd -P)/ in "$root"/*) directory=$(pwd -P) ;; esac
  engine run --rm --init --interactive "${terminal[@]+"${terminal[@]}"}" --user "$user" --label "dway.call=$$" \
    --mount "type=bind,source=$root,target=$root" --workdir "$directory" "${environment[@]+"${environment[@]}"}" \
    "${proxy_environment[@]}" --env HOME=/tmp "dway/node:$TOOLCHAIN_TAG" node "$root/scripts/npm.ts" "$@"
}

# have_every_image: whether everything that a running stack or its next change starts from is there.
have_every_image() {
  local name
  for name in base node registry kind-node; do have_image "dway/$name:$TOOLCHAIN_TAG" || return 1; done
  have_image "dway/toolbox:$TOOLBOX_TAG"
}

# bound_build_cache: keeps the newest 20 GB of it. Old images are left to prune, which asks: another checkout may
# start from them.
bound_build_cache() {
  in_image "dway/builder:$TOOLCHAIN_TAG" docker buildx prune --force --keep-storage 20gb
}

# prepare_build: reads the host's settings and names the images.
prepare_build() {
  mkdir -p "$state/logs" "$state/empty" "$host_settings"
  load_versions
  normalise_proxies
  choose_source
  collect_certificates
  collect_package_settings
  compute_tags
  export HOST_SETTINGS=.dway/host GOGC=100
}

# ensure_node_image: afterwards there is the image with Node and npm, which needs no package of the bank.
ensure_node_image() {
  if have_image "dway/node:$TOOLCHAIN_TAG"; then return; fi
  # shellcheck disable=SC2034 # read by step
  local step_failure=4
  check_memory
  check_disk 20
  prepare_debian
  # An engine in a virtual machine shows its disk to a container only.
  check_disk 20 "$DEBIAN"
  have_image "dway/builder:$TOOLCHAIN_TAG" || step 'make the builder' make_builder
  step 'build the base' bake base node
}

# check_packages: ends the program if the lockfile doesn't fit, before minutes are spent on what would end there too.
check_packages() {
  local problem
  problem=$(in_image "dway/node:$TOOLCHAIN_TAG" node services/npm-ci/npm-ci.ts --check 2>&1) || die_build "$problem"
}

# ensure_images: afterwards every image that a cluster needs before Tilt exists under its tag.
ensure_images() {
  # shellcheck disable=SC2034 # read by step
  local step_failure=4
  if have_every_image; then return; fi
  check_memory
  check_disk 20
  [ "$(engine info --format '{{.MemTotal}}')" -lt 12000000000 ] || GOGC=off
  ensure_node_image
  check_packages
  prepare_debian
  have_image "dway/builder:$TOOLCHAIN_TAG" || step 'make the builder' make_builder
  # The bank's images need no compiler: they are built beside the toolchain, into the cache where Tilt finds them.
  bake services >"$state/logs/build-the-bank.log" 2>&1 </dev/null &
  background=$!
  step 'build the toolchain' bake "$SOURCE"
  print_slowest "$state/logs/build-the-toolchain.log"
  wait "$background" || say '  · the bank was not built ahead (.dway/logs/build-the-bank.log): Tilt builds it, and will say why if it cannot'
  if ! have_image "dway/kind-node:$TOOLCHAIN_TAG"; then
    if [ "$SOURCE" = mirror ]; then
      step 'finish the node image' build_node_image
    else
      step_failure=3 step 'pull the node image' engine pull --quiet "$UPSTREAM_NODE_IMAGE"
      engine tag "$UPSTREAM_NODE_IMAGE" "dway/kind-node:$TOOLCHAIN_TAG"
    fi
  fi
  step 'bound the build cache' bound_build_cache
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
  # shellcheck disable=SC2034 # read by step
  local step_failure=3
  container=$(find_container "$TOOLBOX_TAG")
  if [ -z "$container" ]; then
    choose_tilt_port
    step 'start the toolbox' start_at_free_port
    container=$(find_container "$TOOLBOX_TAG")
    # shellcheck disable=SC2034 # read by dway
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

# toolboxes: prints this checkout's toolboxes, stopped ones too.
toolboxes() {
  engine ps --all --quiet --filter "label=devcontainer.local_folder=$root" --filter label=dway.toolbox
}

# owner_of LOCK: prints the process that has the lock, if it still runs: after a restart another one may have the
# number, but not the start that was noted.
owner_of() {
  local owner noted
  { read -r owner noted <"$1"; } 2>/dev/null || return 1
  [ -n "$noted" ] && [ "$(ps -p "$owner" -o lstart= 2>/dev/null | tr -s ' ')" = "$noted" ] || return 1
  printf '%s' "$owner"
}

# prepares_here: prints the process of another ./dway that builds for this checkout, if one does.
prepares_here() {
  owner_of "$state/build.lock" || true
}

# end_preparation PROCESS: ends another ./dway that builds, with the containers in which it does.
end_preparation() {
  local tries=0 building toolbox
  say "  · ends the ./dway that prepares this checkout (process $1); what it built so far is kept"
  kill -TERM "$1" 2>/dev/null || die "the ./dway of process $1 is another user's: it can only be ended there."
  while [ "$(prepares_here)" = "$1" ]; do
    # It ends when the step that it is in does.
    building=$(engine ps --quiet --filter "label=dway.call=$1")
    # shellcheck disable=SC2086 # one word a container
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
    if ! owner_of "$state/build.lock" >/dev/null; then
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
