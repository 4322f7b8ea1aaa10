# Released binaries, each compared with its publisher's checksum before it is used; a mismatch ends the build.
FROM scratch AS kind-amd64
ARG KIND_VERSION KIND_AMD64_SHA256
ADD --checksum=sha256:${KIND_AMD64_SHA256} --chmod=755 \
    https://github.com/kubernetes-sigs/kind/releases/download/v${KIND_VERSION}/kind-linux-amd64 /kind

FROM scratch AS kind-arm64
ARG KIND_VERSION KIND_ARM64_SHA256
ADD --checksum=sha256:${KIND_ARM64_SHA256} --chmod=755 \
    https://github.com/kubernetes-sigs/kind/releases/download/v${KIND_VERSION}/kind-linux-arm64 /kind

FROM scratch AS kubectl-amd64
ARG KUBECTL_VERSION KUBECTL_AMD64_SHA256
ADD --checksum=sha256:${KUBECTL_AMD64_SHA256} --chmod=755 \
    https://dl.k8s.io/release/v${KUBECTL_VERSION}/bin/linux/amd64/kubectl /kubectl

FROM scratch AS kubectl-arm64
ARG KUBECTL_VERSION KUBECTL_ARM64_SHA256
ADD --checksum=sha256:${KUBECTL_ARM64_SHA256} --chmod=755 \
    https://dl.k8s.io/release/v${KUBECTL_VERSION}/bin/linux/arm64/kubectl /kubectl

FROM dway/base AS tilt-amd64
ARG TILT_VERSION TILT_AMD64_SHA256
ADD --checksum=sha256:${TILT_AMD64_SHA256} \
    https://github.com/tilt-dev/tilt/releases/download/v${TILT_VERSION}/tilt.${TILT_VERSION}.linux.x86_64.tar.gz /tilt.tar.gz
RUN tar -xzf /tilt.tar.gz -C / --no-same-owner tilt

FROM dway/base AS tilt-arm64
ARG TILT_VERSION TILT_ARM64_SHA256
ADD --checksum=sha256:${TILT_ARM64_SHA256} \
    https://github.com/tilt-dev/tilt/releases/download/v${TILT_VERSION}/tilt.${TILT_VERSION}.linux.arm64.tar.gz /tilt.tar.gz
RUN tar -xzf /tilt.tar.gz -C / --no-same-owner tilt

FROM kind-${TARGETARCH} AS kind
FROM kubectl-${TARGETARCH} AS kubectl
FROM tilt-${TARGETARCH} AS tilt

FROM scratch
COPY --from=kind /kind /
COPY --from=kubectl /kubectl /
COPY --from=tilt /tilt /
