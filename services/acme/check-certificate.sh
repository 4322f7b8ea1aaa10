#!/bin/bash
# check-certificate CHAIN KEY ROOTS NAME…: ends with 0 if a certificate can be served, else with 1 and why not in one line. It
# must be of the key, be for each name, be valid by this machine's clock, and lead to a root in the file ROOTS; where that is
# empty, to one that this machine trusts.
set -euo pipefail

chain=$1 key=$2 roots=$3
shift 3

refuse() {
  echo "the new certificate $*" >&2
  exit 1
}

[[ $(openssl x509 -in "$chain" -noout -pubkey 2>/dev/null) == "$(openssl pkey -in "$key" -pubout 2>/dev/null)" ]] ||
  refuse 'is not of its key, or cannot be read'
trusted=()
[[ ! -s $roots ]] || trusted=(-CAfile "$roots" -no-CApath -no-CAstore)
for name in "$@"; do
  # Of several in a file the first is looked at; the others may be its issuers.
  said=$(openssl verify "${trusted[@]}" -purpose sslserver -verify_hostname "$name" -untrusted "$chain" "$chain" 2>&1) && continue
  case $said in
    *'not yet valid'*) refuse 'is not valid yet: is the clock of this machine behind?' ;;
    *'has expired'*) refuse 'has ended already: is the clock of this machine ahead?' ;;
    *'ostname mismatch'*) refuse "is not for $name" ;;
    *) refuse "is by nobody who is trusted ($(sed -n 's/.*lookup: *//p' <<<"$said" | head -n 1)): ROOTS_URL names where a directory of one's own has its root" ;;
  esac
done
