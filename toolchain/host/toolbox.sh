# shellcheck shell=bash
# Builds or finds the images that everything else runs in, and the container that the commands run in.

# The host's proxies reach every container and build stage; a name that is not set passes nothing.
proxy_environment=(--env HTTP_PROXY --env HTTPS_PROXY --env NO_PROXY --env http_proxy --env https_proxy --env no_proxy)

have_image() { engine image inspect "$1" >/dev/null 2>&1; }

# within SECONDS COMMAND…: runs COMMAND, and ends it when the time is over (macOS has no timeout).
within() {
  local seconds=$1 pid watchdog status=0
  shift
  "$@" &
  pid=$!
  (sleep "$seconds" && kill "$pid") >/dev/null 2>&1 &
  watchdog=$!
  wait "$pid" 2>/dev/null || status=$?
  kill "$watchdog" 2>/dev/null || true
  return $status
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
      elif within 15 engine pull --quiet "$UPSTREAM_DEBIAN_IMAGE" >/dev/null 2>&1; then
        SOURCE=upstream
      else
        SOURCE=mirror
        say '  · upstream images cannot be reached: everything is built from package mirrors'
      fi
      ;;
    *) die "DWAY_SOURCE is '$SOURCE', but it must be auto, upstream or mirror." ;;
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
    have_image "$DEBIAN" || step 'pull the base image' engine pull --quiet "$DEBIAN"
  else
    DEBIAN=dway/debian:$MIRROR_DEBIAN_SUITE NODE_IMAGE_DEBIAN=dway/debian:$MIRROR_NODE_IMAGE_SUITE
    local suite
    for suite in "$MIRROR_DEBIAN_SUITE" "$MIRROR_NODE_IMAGE_SUITE"; do
      have_image "dway/debian:$suite" && continue
      case "$(os_field ID)" in
        debian | ubuntu) ;;
        *) die "building from package mirrors starts on Debian or Ubuntu; load an image dway/debian:$suite into the engine, or set DWAY_SOURCE=upstream." ;;
      esac
      command -v mmdebstrap >/dev/null 2>&1 || step 'install mmdebstrap' install_mmdebstrap
      step "make Debian $suite" import_debian "$suite" "dway/debian:$suite"
    done
  fi
  export DEBIAN NODE_IMAGE_DEBIAN
}

# make_builder: an image with the engine's client and buildx, so that the host needs neither plugin nor version.
make_builder() {
  local container status=0
  engine rm --force "dway-builder-$TOOLCHAIN_TAG" >/dev/null 2>&1 || true
  container=$(engine create --name "dway-builder-$TOOLCHAIN_TAG" "${proxy_environment[@]}" \
    "$DEBIAN" sh -c 'update-ca-certificates 2>/dev/null; exec sh /apt-install ca-certificates docker-cli docker-buildx') || return 1
  engine cp --quiet "$root/toolchain/apt-install" "$container:/apt-install" &&
    engine cp --quiet "$host_settings/certificates/." "$container:/usr/local/share/ca-certificates/" &&
    engine cp --quiet "$host_settings/apt.conf" "$container:/etc/apt/apt.conf.d/95host" &&
    engine start --attach "$container" &&
    [ "$(engine wait "$container")" = 0 ] &&
    # The settings may carry credentials: they stay out of the image.
    : | engine cp --quiet /dev/null "$container:/etc/apt/apt.conf.d/95host" &&
    engine commit --change 'CMD ["sh"]' "$container" "dway/builder:$TOOLCHAIN_TAG" >/dev/null || status=1
  engine rm --force "$container" >/dev/null 2>&1 || true
  return $status
}

docker_socket() {
  local host=${DOCKER_HOST:-}
  [ -n "$host" ] || host=$(engine context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || true)
  case $host in
    unix://*) host=${host#unix://} ;;
    *) host=/var/run/docker.sock ;;
  esac
  # Docker Desktop and others mount the socket of their virtual machine under the usual name.
  if [ "$(uname -s)" = Darwin ]; then host=/var/run/docker.sock; fi
  printf '%s' "$host"
}

# in_image IMAGE COMMAND…: runs COMMAND in a throwaway container that sees the engine and the checkout.
in_image() {
  local image=$1 name environment=()
  shift
  while IFS= read -r name; do environment+=(--env "$name"); done < <(
    compgen -e | grep -E '^(MIRROR_|UPSTREAM_|NODE_|NPM_VERSION|NPM_SHA512|DWAY_|SOURCE$|TOOLCHAIN_TAG$|TOOLBOX_TAG$|DEBIAN$|GOGC$|HOST_SETTINGS$|CI$)'
  )
  engine run --rm --init --user 0:0 --volume "$(docker_socket):/var/run/docker.sock" \
    --mount "type=bind,source=$root,target=$root" --workdir "$root" "${environment[@]}" \
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

# ensure_images: afterwards every image that a cluster needs before Tilt exists under its tag.
ensure_images() {
  mkdir -p "$state/logs" "$state/empty" "$host_settings"
  load_versions
  choose_source
  collect_certificates
  collect_package_settings
  compute_tags
  export HOST_SETTINGS=.dway/host GOGC=100
  if have_image "dway/toolbox:$TOOLBOX_TAG" && have_image "dway/kind-node:$TOOLCHAIN_TAG"; then return; fi
  check_machine 20
  [ "$(engine info --format '{{.MemTotal}}')" -lt 12000000000 ] || GOGC=off
  prepare_debian
  have_image "dway/builder:$TOOLCHAIN_TAG" || step 'make the builder' make_builder
  step 'build the base' bake base
  # The bank's images need no compiler: they are built beside the toolchain, into the cache where Tilt finds them.
  { bake node && bake services; } >"$state/logs/build-the-bank.log" 2>&1 </dev/null &
  background=$!
  step 'build the toolchain' bake "$SOURCE"
  print_slowest "$state/logs/build-the-toolchain.log"
  wait "$background" || say '  · the bank was not built ahead (.dway/logs/build-the-bank.log): Tilt builds it, and will say why if it cannot'
  if ! have_image "dway/kind-node:$TOOLCHAIN_TAG"; then
    if [ "$SOURCE" = mirror ]; then
      step 'finish the node image' build_node_image
    else
      step 'pull the node image' engine pull --quiet "$UPSTREAM_NODE_IMAGE"
      engine tag "$UPSTREAM_NODE_IMAGE" "dway/kind-node:$TOOLCHAIN_TAG"
    fi
  fi
}

# prepare_checkout: what the container expects to find in the checkout.
prepare_checkout() {
  if [ -d "$root/node_modules" ] && [ ! -L "$root/node_modules" ]; then
    die "node_modules was made by npm on the host, where nothing of the bank runs: remove it with 'rm -rf node_modules'."
  fi
  ln -sfn /opt/dway/node_modules "$root/node_modules"
  printf 'FROM dway/toolbox:%s\nLABEL dway.toolbox=%s\n' "$TOOLBOX_TAG" "$TOOLBOX_TAG" >"$state/Dockerfile"
  printf '%s\n' "$TOOLCHAIN_TAG" >"$state/toolchain-tag"
  # A checkout that belongs to root still has a user in the container who must write here.
  [ "$(id -u)" != 0 ] || chown -R 1001:1001 "$state"
}

find_container() {
  engine ps --quiet --filter "label=devcontainer.local_folder=$root" --filter "label=dway.toolbox=$TOOLBOX_TAG" | head -n 1
}

start_container() {
  local socket gid
  socket=$(docker_socket)
  gid=$(stat -c %g "$socket" 2>/dev/null || stat -f %g "$socket")
  engine run --rm --init --user "$(id -u):$(id -g)" --group-add "$gid" --volume "$socket:/var/run/docker.sock" \
    --mount "type=bind,source=$root,target=$root" --workdir "$root" --env HOME=/tmp "${proxy_environment[@]}" \
    --env "DWAY_DOCKER_SOCKET=$socket" "dway/toolbox:$TOOLBOX_TAG" \
    devcontainer up --workspace-folder "$root" --remove-existing-container --log-level info
}

# ensure_container: sets container to the running toolbox of this checkout, and container_was_started if it was not
# running before.
ensure_container() {
  container=$(find_container)
  if [ -z "$container" ]; then
    step 'start the toolbox' start_container
    container=$(find_container)
    # shellcheck disable=SC2034 # read by dway
    container_was_started=yes
    [ -n "$container" ] || die "the toolbox did not stay up: see .dway/logs/start-the-toolbox.log."
  fi
}

# lock_checkout: two commands that build at once would only build everything twice; the second waits for the first.
lock_checkout() {
  local waited=''
  until (set -o noclobber && echo $$ >"$state/build.lock") 2>/dev/null; do
    if ! kill -0 "$(cat "$state/build.lock" 2>/dev/null)" 2>/dev/null; then
      rm -f "$state/build.lock"
      continue
    fi
    [ -n "$waited" ] || say '  · another ./dway prepares this checkout: waiting for it'
    waited=yes
    sleep 1
  done
  trap unlock_checkout EXIT
}

unlock_checkout() {
  rm -f "$state/build.lock"
  trap - EXIT
}
