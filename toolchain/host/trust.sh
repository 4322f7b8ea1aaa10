# shellcheck shell=bash
# Puts the local CA's certificate into the stores of this machine, and takes it out again: ./dway certs trust, untrust.
#
# $state/trusted keeps a copy of each certificate that was put somewhere, named by its fingerprint, by which the stores
# know it too: so what is taken out is what was put there, also once the cluster is gone.

# Above the system's folders; only tests have them elsewhere.
system_root=''

# certs_action WORD…: the first word that is no flag.
certs_action() {
  local word
  for word in "$@"; do case $word in -*) ;; *) printf '%s' "$word"; return ;; esac; done
}

# check_trust_words WORD…: refuses a word beside the action.
check_trust_words() {
  local word action=''
  for word in "$@"; do
    case $word in
      -*) ;;
      *)
        [ -z "$action" ] || usage_error "'$word' is a word too many. See ./dway certs --help."
        action=$word
        ;;
    esac
  done
}

# tool NAME: its path; a user's own PATH may be without the system's folders.
tool() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" 2>/dev/null; }

# digest_of FILE 256|1: the fingerprint of a certificate.
digest_of() {
  sed -e '/^-----/d' "$1" | base64 --decode 2>/dev/null | { "sha${2}sum" 2>/dev/null || shasum -a "$2"; } | cut -d' ' -f1
}

# split_certificates FOLDER: writes each certificate of standard input into the folder, named by its fingerprint.
split_certificates() {
  local folder=$1 line text='' digest
  while IFS= read -r line; do
    text=$text$line$'\n'
    case $line in
      *'BEGIN CERTIFICATE'*) text=$line$'\n' ;;
      *'END CERTIFICATE'*)
        printf '%s' "$text" >"$folder/next"
        digest=$(digest_of "$folder/next" 256)
        mv "$folder/next" "$folder/$trusted_prefix$(printf %s "$digest" | cut -c1-16).crt"
        ;;
    esac
  done
}

# known_authorities FOLDER: the certificates that lie there, one path a line.
known_authorities() { find "$1" -name "$trusted_prefix*.crt" 2>/dev/null | sort; }

# store_name FILE: what a certificate is called in a browser's store.
store_name() {
  local name=${1##*/}
  name=${name#"$trusted_prefix"}
  printf 'DwayBank local CA %s' "${name%.crt}"
}

# system_store: the command and the folder of the system's own store, if it has one that is known.
system_store() {
  local command folder
  while read -r command folder; do
    if [ -n "$(tool "$command")" ] && [ -d "$system_root$folder" ]; then
      printf '%s %s' "$command" "$system_root$folder"
      return
    fi
  done <<'END'
update-ca-certificates /usr/local/share/ca-certificates
update-ca-certificates /etc/pki/trust/anchors
update-ca-trust /etc/pki/ca-trust/source/anchors
update-ca-trust /etc/ca-certificates/trust-source/anchors
END
}

# browser_stores: the NSS databases of this user's Chromium and Firefox, one folder a line.
browser_stores() {
  local store
  for store in "$HOME"/.pki/nssdb "$HOME"/.local/share/pki/nssdb "$HOME"/snap/chromium/current/.pki/nssdb \
    "$HOME"/.mozilla/firefox/* "$HOME"/.config/mozilla/firefox/* "$HOME"/snap/firefox/common/.mozilla/firefox/* \
    "$HOME"/.var/app/org.mozilla.firefox/.mozilla/firefox/* "$HOME"/.var/app/org.mozilla.firefox/config/mozilla/firefox/*; do
    [ ! -f "$store/cert9.db" ] || printf '%s\n' "$store"
  done
}

in_browser_store() { certutil -L -d "sql:$1" -n "$(store_name "$2")" >/dev/null 2>&1; }
in_system_store() {
  local store
  store=$(system_store)
  [ -n "$store" ] && [ -e "${store#* }/${1##*/}" ]
}

# A password of the store's own is asked for on the terminal; without one, what can't be done is said.
add_to_browser() { certutil -A -d "sql:$1" -t C,, -n "$(store_name "$2")" -i "$2" </dev/null >/dev/null 2>&1; }
remove_from_browser() { certutil -D -d "sql:$1" -n "$(store_name "$2")" </dev/null >/dev/null 2>&1; }

# refresh_system_store COMMAND: has the system read its folder again, also what is gone from it.
refresh_system_store() {
  case $1 in
    update-ca-certificates) as_root "$(tool "$1")" --fresh >/dev/null 2>&1 ;;
    *) as_root "$(tool "$1")" >/dev/null 2>&1 ;;
  esac
}
add_to_system() {
  local store
  store=$(system_store)
  as_root install -m 644 "$1" "${store#* }/${1##*/}" && refresh_system_store "${store%% *}"
}
remove_from_system() {
  local store
  store=$(system_store)
  as_root rm -f "${store#* }/${1##*/}" && refresh_system_store "${store%% *}"
}

# other_kind: macOS or Windows, where the stores are not this shell's to change; nothing elsewhere.
other_kind() {
  if [ "$(uname -s)" = Darwin ]; then
    printf macOS
  elif grep -qi microsoft "$system_root/proc/version" 2>/dev/null; then
    printf Windows
  fi
}

# by_hand KIND trust|untrust FILE…: prints what to run instead, and ends.
by_hand() {
  local kind=$1 action=$2 file
  shift 2
  say "On $kind, ./dway changes no store itself. By hand:"
  for file in "$@"; do
    case $kind/$action in
      macOS/trust) say "  sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain '$file'" ;;
      macOS/untrust) say "  sudo security delete-certificate -Z $(digest_of "$file" 1) -t /Library/Keychains/System.keychain && rm '$file'" ;;
      Windows/trust) say "  certutil.exe -user -addstore Root \"\$(wslpath -w '$file')\"" ;;
      Windows/untrust) say "  certutil.exe -user -delstore Root $(digest_of "$file" 1) && rm '$file'" ;;
    esac
  done
  die 'nothing was changed on this machine.'
}

# ask_to_go_on WORD…: asks, unless the words say yes.
ask_to_go_on() {
  local answer=''
  ! has_word --yes "$@" || return 0
  [ -t 0 ] || die 'nothing was done: there is nobody to ask, so add --yes'
  printf 'Go on? [y/N] ' >&3
  read -r answer || true
  case $answer in [yY] | [yY][eE][sS]) ;; *) die 'nothing was done' ;; esac
}

# What was done, and what could not be; a line each.
trust_done='' trust_undone=''
did() {
  trust_done=$trust_done$1$'\n'
  say "  ✓ $1"
}
could_not() {
  trust_undone=$trust_undone$1$'\n'
  say "  ✗ $1"
}

# json_lines TEXT: its lines as a list of JSON.
json_lines() {
  local line list=''
  while IFS= read -r line; do
    [ -z "$line" ] || list="$list${list:+, }\"$(printf '%s' "$line" | sed 's/[\\"]/\\&/g')\""
  done <<<"$1"
  printf '[%s]' "$list"
}

# finish_trust WORD…: the result as data if that is wanted; ends with 1 if anything could not be done.
finish_trust() {
  ! has_word --json "$@" || printf '{"done": %s, "notDone": %s}\n' "$(json_lines "$trust_done")" "$(json_lines "$trust_undone")"
  [ -z "$trust_undone" ] || exit 1
}

no_certutil='certutil is missing (Debian and Ubuntu: libnss3-tools; Fedora: nss-tools)'

# take_out FILE: takes a certificate out of each store that has it, and forgets it if all of that could be done.
take_out() {
  local file=$1 store left='' name
  name=$(store_name "$file")
  if in_system_store "$file"; then
    store=$(system_store)
    if can_be_root && remove_from_system "$file"; then
      did "$name is out of ${store#* }"
    else
      left=yes
      could_not "${store#* } needs root: sudo rm '${store#* }/${file##*/}' && sudo ${store%% *}"
    fi
  fi
  while IFS= read -r store; do
    [ -n "$store" ] || continue
    if [ -z "$(tool certutil)" ]; then
      left=yes
      could_not "$no_certutil: install it and run this again, or delete '$name' in the settings of the browser of $store, if it was imported"
    elif ! in_browser_store "$store" "$file"; then
      continue
    elif remove_from_browser "$store" "$file"; then
      did "$name is out of $store"
    else
      left=yes
      could_not "$store did not let go of '$name': delete it in the settings of its browser"
    fi
  done <<<"$(browser_stores)"
  [ -n "$left" ] || rm -f "$file"
}

# untrust_authority WORD…: takes out whatever trust_authority put anywhere for this checkout.
untrust_authority() {
  local file kind files=()
  while IFS= read -r file; do files+=("$file"); done < <(known_authorities "$state/trusted")
  if [ ${#files[@]} -eq 0 ]; then
    say '  · ./dway put no CA of this checkout into the stores of this machine'
    finish_trust "$@"
    return
  fi
  kind=$(other_kind)
  [ -z "$kind" ] || by_hand "$kind" untrust "${files[@]}"
  say 'This takes out of the stores of this machine:'
  for file in "${files[@]}"; do say "  - $(store_name "$file"), SHA-256 $(digest_of "$file" 256)"; done
  ask_to_go_on "$@"
  for file in "${files[@]}"; do take_out "$file"; done
  finish_trust "$@"
}

# plan_trust FILE: sets planned to the stores that want the certificate, one a line, and says what can't be done.
plan_trust() {
  local file=$1 store
  planned=''
  store=$(system_store)
  if [ -z "$store" ]; then
    could_not "this system has no store that ./dway knows: have it trust $file by its own means"
  elif ! in_system_store "$file"; then
    if can_be_root; then
      planned=system$'\n'
    else
      could_not "${store#* } needs root: sudo install -m 644 '$file' '${store#* }/' && sudo ${store%% *}"
    fi
  fi
  while IFS= read -r store; do
    [ -n "$store" ] || continue
    if [ -z "$(tool certutil)" ]; then
      could_not "$no_certutil: install it and run this again, or import $file in the settings of the browser of $store"
    elif ! in_browser_store "$store" "$file"; then
      planned=$planned$store$'\n'
    fi
  done <<<"$(browser_stores)"
}

# describe_plan FILE: says which stores get the certificate, and under which name.
describe_plan() {
  local file=$1 store system
  system=$(system_store)
  while IFS= read -r store; do
    case $store in
      '') ;;
      system) say "  - as ${system#* }/${file##*/}, by ${system%% *}, as root: for the programs of this machine" ;;
      *) say "  - into $store, as '$(store_name "$file")': for that browser" ;;
    esac
  done <<<"$planned"
}

# carry_out FILE: puts the certificate into the stores that are planned.
carry_out() {
  local file=$1 store name
  name=$(store_name "$file")
  while IFS= read -r store; do
    case $store in
      '') ;;
      system)
        store=$(system_store)
        if add_to_system "$file"; then
          did "$name is in ${store#* }"
        else
          could_not "${store%% *} failed: sudo install -m 644 '$file' '${store#* }/' && sudo ${store%% *} says why"
        fi
        ;;
      *)
        if add_to_browser "$store" "$file"; then
          did "$name is in $store"
        else
          could_not "$store did not take '$name': import $file in the settings of its browser"
        fi
        ;;
    esac
  done <<<"$planned"
}

# trust_authority PEM WORD…: puts the certificates of the CA into the stores, and takes those of before out of them.
trust_authority() {
  local pem=$1 file kind index wanted='' files=() before=() plans=() planned=''
  shift
  rm -rf "$state/authority"
  mkdir -p "$state/authority" "$state/trusted"
  split_certificates "$state/authority" <<<"$pem"
  while IFS= read -r file; do files+=("$file"); done < <(known_authorities "$state/authority")
  [ ${#files[@]} -gt 0 ] || die 'the cluster has no CA: ./dway up makes one.'
  while IFS= read -r file; do
    [ -e "$state/authority/${file##*/}" ] || before+=("$file")
  done < <(known_authorities "$state/trusted")
  kind=$(other_kind)
  if [ -n "$kind" ]; then
    cp "${files[@]}" "$state/trusted/"
    by_hand "$kind" trust "${files[@]}"
  fi
  for file in "${files[@]}"; do
    plan_trust "$file"
    plans+=("$planned")
    wanted=$wanted$planned
  done
  if [ -n "$wanted" ] || [ ${#before[@]} -gt 0 ]; then
    say "This has the machine trust the CA of the bank in $root, for any name that it vouches for:"
    for index in "${!files[@]}"; do
      say "  $(store_name "${files[index]}"), SHA-256 $(digest_of "${files[index]}" 256)"
      planned=${plans[index]}
      describe_plan "${files[index]}"
    done
    [ ${#before[@]} -eq 0 ] || say 'It takes out of every store:'
    for file in "${before[@]+"${before[@]}"}"; do say "  - $(store_name "$file"), the CA of before"; done
    ask_to_go_on "$@"
  elif [ -z "$trust_undone" ]; then
    say '  · this machine trusts the CA already'
  fi
  # First, so that untrust knows of it whatever happens next; also of what is done by hand as was said.
  cp "${files[@]}" "$state/trusted/"
  for index in "${!files[@]}"; do
    planned=${plans[index]}
    carry_out "${files[index]}"
  done
  for file in "${before[@]+"${before[@]}"}"; do take_out "$file"; done
  [ -n "$(browser_stores)" ] ||
    say "  · no Chromium or Firefox of $(id -un) has a store yet: start the browser once, then run this again"
  [ -z "$trust_done" ] || say '  · a browser that is open takes it over when it is started again'
  finish_trust "$@"
}
