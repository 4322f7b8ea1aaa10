# shellcheck shell=bash
# Reads the host's own settings for package sources and certificates, once, into files that builds mount.

# What the files of local CAs are called that trust.sh puts into the system's store.
trusted_prefix=dwaybank-local-ca-

# versions.yaml as environment variables.
load_versions() {
  local name value
  while IFS=' ' read -r name value; do
    case $name in
      '' | '#'*) ;;
      *) export "${name%:}=$value" ;;
    esac
  done <"$root/toolchain/versions.yaml"
}

# The proxies under one spelling; some programs set only the other.
normalise_proxies() {
  export HTTP_PROXY=${HTTP_PROXY:-${http_proxy:-}} HTTPS_PROXY=${HTTPS_PROXY:-${https_proxy:-}} NO_PROXY=${NO_PROXY:-${no_proxy:-}}
}

# The host's extra CA certificates: DWAY_CA_CERTIFICATES (a file or folder), else where Debian and Ubuntu keep them.
collect_certificates() {
  local source=${DWAY_CA_CERTIFICATES:-/usr/local/share/ca-certificates} file
  rm -rf "$host_settings/certificates"
  mkdir -p "$host_settings/certificates"
  [ -z "${DWAY_CA_CERTIFICATES:-}" ] || [ -e "$source" ] ||
    usage_error "DWAY_CA_CERTIFICATES names $source, which does not exist."
  [ -e "$source" ] || return 0
  # A bank's own CA, which ./dway certs trust puts there, is nothing to build with, and would change every image.
  find -L "$source" -type f \( -name '*.crt' -o -name '*.pem' \) ! -name "$trusted_prefix*" | sort | while IFS= read -r file; do
    cp "$file" "$host_settings/certificates/$(cksum <"$file" | tr ' ' '-').crt"
  done
}

# Each file is in its client's own format; an empty one leaves the client's default.
collect_package_settings() {
  local name umask_before
  umask_before=$(umask)
  umask 077
  : >"$host_settings/apt.conf"
  if command -v apt-config >/dev/null 2>&1; then
    apt-config dump | grep -E '^Acquire::(https?::Proxy|https?::Proxy::[^ ]+|Check-Valid-Until|Check-Date) ' \
      >"$host_settings/apt.conf" || true
  fi
  : >"$host_settings/npmrc"
  if [ -f "${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}" ]; then
    grep -E '^[^#;]*(registry|proxy|_auth|_authToken|_password|username|strict-ssl)' "${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}" |
      grep -v '^omit-lockfile' >"$host_settings/npmrc" || true
  fi
  [ -z "${DWAY_NPM_REGISTRY:-}" ] || echo "registry=$DWAY_NPM_REGISTRY" >>"$host_settings/npmrc"
  : >"$host_settings/goenv"
  for name in GOPROXY GONOSUMDB GOSUMDB GONOPROXY GOPRIVATE; do
    if [ "$name" = GOPROXY ] && [ -n "${DWAY_GOPROXY:-}" ]; then
      echo "GOPROXY=$DWAY_GOPROXY" >>"$host_settings/goenv"
    elif [ -n "${!name:-}" ]; then
      echo "$name=${!name}" >>"$host_settings/goenv"
    elif [ -f "$HOME/.config/go/env" ]; then
      grep "^$name=" "$HOME/.config/go/env" >>"$host_settings/goenv" || true
    fi
  done
  : >"$host_settings/pip.conf"
  for name in /etc/pip.conf "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
    [ ! -f "$name" ] || cat "$name" >"$host_settings/pip.conf"
  done
  name=${DWAY_PIP_INDEX:-${PIP_INDEX_URL:-}}
  [ -z "$name" ] || printf '[global]\nindex-url = %s\n' "$name" >"$host_settings/pip.conf"
  collect_maven_settings >"$host_settings/settings.xml"
  umask "$umask_before"
}

# Maven's own file, or one with the mirror and the proxy that it doesn't read from the environment.
collect_maven_settings() {
  local mirror=${DWAY_MAVEN_MIRROR:-} proxy=${HTTPS_PROXY:-${https_proxy:-}}
  if [ -z "$mirror" ] && [ -f "$HOME/.m2/settings.xml" ]; then
    cat "$HOME/.m2/settings.xml"
    return
  fi
  echo '<settings>'
  [ -z "$mirror" ] ||
    echo "<mirrors><mirror><id>host</id><mirrorOf>*</mirrorOf><url>$mirror</url></mirror></mirrors>"
  [[ ! $proxy =~ ^[a-z]+://(([^:@/]*):([^@/]*)@)?([^:@/]+):([0-9]+) ]] || maven_proxy
  echo '</settings>'
}

# The proxy that was just matched, with its login if it has one.
maven_proxy() {
  echo "<proxies><proxy><protocol>https</protocol><host>${BASH_REMATCH[4]}</host><port>${BASH_REMATCH[5]}</port>"
  [ -z "${BASH_REMATCH[1]}" ] ||
    echo "<username>${BASH_REMATCH[2]}</username><password>${BASH_REMATCH[3]}</password>"
  [ -z "${NO_PROXY:-}" ] || echo "<nonProxyHosts>$(tr , '|' <<<"$NO_PROXY")</nonProxyHosts>"
  echo '</proxy></proxies>'
}

# A short hash of the given files' contents and names, the same on every platform.
hash_files() {
  if command -v sha256sum >/dev/null 2>&1; then
    (cd "$root" && sha256sum "$@" | sha256sum | cut -c1-12)
  else
    (cd "$root" && shasum -a 256 "$@" | shasum -a 256 | cut -c1-12)
  fi
}

# Sets TOOLCHAIN_TAG and TOOLBOX_TAG: images of the same inputs have the same names, whichever checkout built them.
compute_tags() {
  local inputs=() file
  while IFS= read -r file; do inputs+=("$file"); done < <(
    cd "$root" && { find toolchain -type f -not -path 'toolchain/host/*' -not -name '*.test.ts'
      find .dway/host/certificates -type f; } | LC_ALL=C sort
  )
  TOOLCHAIN_TAG=$SOURCE-$(hash_files "${inputs[@]}")
  # A file that is missing has no hash; what needs it says so.
  while IFS= read -r file; do inputs+=("$file"); done < <(
    cd "$root" && find .devcontainer/Dockerfile .devcontainer/tilt .npmrc package.json package-lock.json \
      services/*/package.json services/npm-ci -type f -not -name '*.test.ts' 2>/dev/null | LC_ALL=C sort
  )
  TOOLBOX_TAG=$SOURCE-$(hash_files "${inputs[@]}")
  export TOOLCHAIN_TAG TOOLBOX_TAG
}
