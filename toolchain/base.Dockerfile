# The one base of everything of ours: Debian slim, the host's extra CA certificates, the user, one apt helper.
ARG DEBIAN=debian:trixie-slim
FROM ${DEBIAN}
COPY --chmod=755 toolchain/apt-install /usr/local/sbin/apt-install
COPY --from=certificates . /usr/local/share/ca-certificates/host/
RUN --mount=type=secret,id=apt,target=/etc/apt/apt.conf.d/95host \
    apt-install ca-certificates && update-ca-certificates
RUN groupadd --gid 1001 dwaybank \
 && useradd --uid 1001 --gid 1001 --create-home --shell /bin/bash dwaybank
