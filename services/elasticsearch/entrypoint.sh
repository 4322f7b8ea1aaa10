#!/bin/bash
# Puts the configuration where Elasticsearch may add a keystore of its own, with the users that the Secrets name, each by
# a hash of the password, and starts it.
set -eu
[ -n "${DWAY_IMAGE:-}" ] || { echo 'The bank runs in containers: ./dway up' >&2; exit 1; }
cp -r /usr/share/elasticsearch/config/. "$ES_PATH_CONF"
cat /etc/elasticsearch-users/*/users >"$ES_PATH_CONF/users"
ES_JAVA_HOME=$(dirname "$(dirname "$(readlink -f /usr/bin/java)")")
export ES_JAVA_HOME
exec /usr/share/elasticsearch/bin/elasticsearch
