# The Go programs, one stage per build list, so that a changed go.mod rebuilds one stage and no other.
FROM dway/base AS go
RUN --mount=type=secret,id=apt,target=/etc/apt/apt.conf.d/95host apt-install golang-go
# No debugging information and no cgo: a quarter less to compile and nothing to link against.
ENV CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
COPY --chmod=755 toolchain/go-build /usr/local/bin/go-build
WORKDIR /src

FROM go AS kubernetes
ARG MIRROR_KUBERNETES_VERSION GOGC=100
COPY toolchain/kubernetes/ .
RUN --mount=type=cache,target=/root/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    --mount=type=secret,id=goenv,target=/root/.config/go/env \
    sh build.sh

FROM go AS calico
ARG MIRROR_CALICO_VERSION GOGC=100
COPY toolchain/calico/ .
RUN --mount=type=cache,target=/root/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    --mount=type=secret,id=goenv,target=/root/.config/go/env \
    sh build.sh

FROM go AS tilt-module
ARG MIRROR_TILT_VERSION MIRROR_TILT_SUM
COPY toolchain/tilt/copy-module.sh .
RUN --mount=type=cache,target=/root/go/pkg/mod --mount=type=secret,id=goenv,target=/root/.config/go/env \
    sh copy-module.sh

FROM dway/node AS tilt-ui
WORKDIR /ui
COPY --from=tilt-module /tilt/web web
COPY toolchain/tilt/ui/ .
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc \
    sh build.sh

FROM go AS tilt
ARG MIRROR_TILT_VERSION GOGC=100
COPY toolchain/tilt/ .
COPY --from=tilt-module /tilt tilt
COPY --from=tilt-ui /ui/build tilt/pkg/assets/build
RUN --mount=type=cache,target=/root/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    --mount=type=secret,id=goenv,target=/root/.config/go/env \
    sh build.sh

FROM scratch AS tools
COPY --from=kubernetes /out/kind /out/kubectl /
COPY --from=tilt /out/tilt /
