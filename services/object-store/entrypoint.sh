#!/bin/bash
# Starts the store with the writer besides root, who has two logins while keys are changed, and sets up the bucket that the
# writer may write to. What is deleted or overwritten stays as an older version, which only root can remove, until it is
# RETENTION_DAYS old.
set -euo pipefail
[[ -n ${DWAY_IMAGE:-} ]] || {
  echo 'The bank runs in containers: ./dway up' >&2
  exit 1
}

fail() {
  echo "object-store: $*" >&2
  exit 1
}

for name in ROOT_SECRET_ACCESS_KEY WRITER_ACCESS_KEY_ID WRITER_SECRET_ACCESS_KEY BUCKET RETENTION_DAYS; do
  [[ -n ${!name:-} ]] || fail "$name is empty; keys come from the Secrets object-store-root and backup-repository"
done

readonly ADDRESS=https://localhost:7070/$BUCKET
export ROOT_ACCESS_KEY_ID=root

# Keys travel by standard input: a process list shows none.
ask() {
  local method=$1 query=$2 body=${3:-}
  curl --config - --silent --show-error --output /dev/null --write-out '%{http_code}' --max-time 20 \
    --cacert /etc/store-authority/ca.crt --aws-sigv4 aws:amz:us-east-1:s3 --request "$method" \
    --header "x-amz-content-sha256: $(printf '%s' "$body" | sha256sum | cut -d' ' -f1)" \
    ${body:+--data-binary "$body"} "$ADDRESS$query" <<<"user = \"root:$ROOT_SECRET_ACCESS_KEY\""
}

must() {
  local what=$1 wanted=$2 code
  shift 2
  code=$(ask "$@") || fail "$what: no answer"
  [[ $code =~ ^($wanted)$ ]] || fail "$what: the store answered $code"
}

set_up_bucket() {
  until [[ $(ask HEAD '' 2>/dev/null) =~ ^(200|404)$ ]]; do
    kill -0 "$store" 2>/dev/null || fail 'the store ended; its reason stands above'
    sleep 0.2
  done
  must 'the bucket was not made' '200|409' PUT ''
  must 'versions are not kept' 200 PUT '?versioning' \
    '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>'
  must 'the policy was not set' '200|204' PUT '?policy' "{\"Version\":\"2012-10-17\",\"Statement\":[
    {\"Effect\":\"Allow\",\"Principal\":[$principals],\"Action\":[\"s3:ListBucket\",\"s3:ListBucketVersions\",\"s3:ListBucketMultipartUploads\"],\"Resource\":\"arn:aws:s3:::$BUCKET\"},
    {\"Effect\":\"Allow\",\"Principal\":[$principals],\"Action\":[\"s3:GetObject\",\"s3:PutObject\",\"s3:DeleteObject\",\"s3:AbortMultipartUpload\",\"s3:ListMultipartUploadParts\"],\"Resource\":\"arn:aws:s3:::$BUCKET/*\"}]}"
  touch /tmp/ready
}

# What the writer deletes stays where it was, whole, with a mark; what it overwrites becomes a version.
remove_old() {
  local file
  find /data/versions -type f -mtime "+$RETENTION_DAYS" -delete
  find "/data/buckets/$BUCKET" -type f -ctime "+$RETENTION_DAYS" -print0 | while IFS= read -r -d '' file; do
    ! getfattr --name=user.delete-marker -- "$file" &>/dev/null || rm -- "$file"
  done
}

mkdir -p /data/buckets /data/versions
umask 077
rm -rf /tmp/users /tmp/ready && mkdir /tmp/users
account() { printf '"%s":{"access":"%s","secret":"%s","role":"user"}' "$1" "$1" "$2"; }
accounts=$(account "$WRITER_ACCESS_KEY_ID" "$WRITER_SECRET_ACCESS_KEY")
principals="\"$WRITER_ACCESS_KEY_ID\""
if [[ -n ${OTHER_ACCESS_KEY_ID:-} ]]; then
  accounts+=,$(account "$OTHER_ACCESS_KEY_ID" "$OTHER_SECRET_ACCESS_KEY")
  principals+=",\"$OTHER_ACCESS_KEY_ID\""
fi
printf '{"accessAccounts":{%s}}\n' "$accounts" >/tmp/users/users.json

versitygw --port :7070 --cert /tls/tls.crt --key /tls/tls.key --iam-dir /tmp/users --health /health --quiet \
  posix --versioning-dir /data/versions /data/buckets &
store=$!
trap 'kill -TERM "$store"; wait "$store" || true; exit 0' INT TERM
set_up_bucket
while kill -0 "$store" 2>/dev/null; do
  remove_old
  # A trap runs between commands: only `wait` is interrupted by a signal.
  sleep 3600 &
  wait -n "$store" $! || true
done
fail 'the store ended; its reason stands above'
