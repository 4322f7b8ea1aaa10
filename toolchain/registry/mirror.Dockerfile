# The local registry: layers travel once from the engine to the nodes.
FROM dway/base
RUN --mount=type=secret,id=apt,target=/etc/apt/apt.conf.d/95host apt-install docker-registry \
 && install --directory --owner=dwaybank --group=dwaybank /var/lib/registry
COPY --chmod=644 toolchain/registry/config.yml /etc/docker/registry/config.yml
USER dwaybank
VOLUME /var/lib/registry
EXPOSE 5000
ENTRYPOINT ["docker-registry", "serve", "/etc/docker/registry/config.yml"]
