# shellcheck shell=bash
# Builds or finds the images that everything else runs in.

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
  # The hooks' own variables.
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
  # One word a container.
  [ -z "$running" ] || engine kill $running >/dev/null 2>&1 || true
}

# have_every_image: whether everything that a running stack or its next change starts from is there.
have_every_image() { have_toolchain && have_image "dway/toolbox:$TOOLBOX_TAG"; }

have_toolchain() {
  local name
  for name in base node registry kind-node; do have_image "dway/$name:$TOOLCHAIN_TAG" || return 1; done
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
  # Read by step.
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
  # Read by step.
  local step_failure=4
  if have_every_image; then return; fi
  check_memory
  # With the toolchain there, only the toolbox's layers of npm packages are new.
  if have_toolchain; then check_disk 5; else check_disk 20; fi
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
