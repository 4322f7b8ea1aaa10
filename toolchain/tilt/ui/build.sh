#!/bin/sh
# Builds Tilt's web page out of the sources that its module carries.
set -eu
export YARN_NPM_REGISTRY_SERVER YARN_HTTPS_CA_FILE_PATH=/etc/ssl/certs/ca-certificates.crt YARN_ENABLE_SCRIPTS=false
export YARN_HTTP_PROXY="${HTTP_PROXY:-}" YARN_HTTPS_PROXY="${HTTPS_PROXY:-}"
YARN_NPM_REGISTRY_SERVER=$(npm config get registry | sed 's#/$##')
case $YARN_NPM_REGISTRY_SERVER in http://*) export YARN_UNSAFE_HTTP_WHITELIST='*' ;; esac
cd web
node .yarn/releases/yarn-4.1.0.cjs workspaces focus --production
cd ..
npm ci --silent --ignore-scripts
node build.ts web build
