# The graph of everything built before a cluster runs. Versions come from versions.yaml, the rest from ./dway,
# all as variables. Each target is one image or one build list; buildx builds side by side what it can.

variable "SOURCE" {} # upstream or mirror
variable "TOOLCHAIN_TAG" {} # key of the toolchain's inputs
variable "TOOLBOX_TAG" {} # key of the toolbox's inputs
variable "HOST_SETTINGS" {} # folder with the host's certificates and package settings
variable "GOGC" {} # off where there is plenty of memory
variable "DEBIAN" {}
variable "NODE_IMAGE_DEBIAN" {}

variable "HTTP_PROXY" {}
variable "HTTPS_PROXY" {}
variable "NO_PROXY" {}

variable "NODE_VERSION" {}
variable "NODE_X64_SHA512" {}
variable "NODE_ARM64_SHA512" {}
variable "NPM_VERSION" {}
variable "NPM_SHA512" {}
variable "MIRROR_KUBERNETES_VERSION" {}
variable "MIRROR_PAUSE_VERSION" {}
variable "MIRROR_CALICO_VERSION" {}
variable "MIRROR_TILT_VERSION" {}
variable "MIRROR_TILT_SUM" {}
variable "UPSTREAM_REGISTRY_IMAGE" {}
variable "UPSTREAM_KIND_VERSION" {}
variable "UPSTREAM_KIND_AMD64_SHA256" {}
variable "UPSTREAM_KIND_ARM64_SHA256" {}
variable "UPSTREAM_KUBECTL_VERSION" {}
variable "UPSTREAM_KUBECTL_AMD64_SHA256" {}
variable "UPSTREAM_KUBECTL_ARM64_SHA256" {}
variable "UPSTREAM_TILT_VERSION" {}
variable "UPSTREAM_TILT_AMD64_SHA256" {}
variable "UPSTREAM_TILT_ARM64_SHA256" {}

group "upstream" {
  targets = ["base", "node", "registry", "toolbox"]
}

group "mirror" {
  targets = ["base", "node", "registry", "toolbox", "control-plane", "pause", "node-root"]
}

target "common" {
  context = "."
  # Known to every stage without being declared, and no part of a cache's key.
  args = {
    HTTP_PROXY  = HTTP_PROXY
    HTTPS_PROXY = HTTPS_PROXY
    NO_PROXY    = NO_PROXY
  }
  # What the host says about its package sources: secrets, because they may carry credentials.
  secret = [
    "id=apt,src=${HOST_SETTINGS}/apt.conf",
    "id=npmrc,src=${HOST_SETTINGS}/npmrc",
    "id=goenv,src=${HOST_SETTINGS}/goenv",
    "id=pip,src=${HOST_SETTINGS}/pip.conf",
    "id=maven,src=${HOST_SETTINGS}/settings.xml",
  ]
}

target "base" {
  inherits   = ["common"]
  dockerfile = "toolchain/base.Dockerfile"
  contexts   = { certificates = "${HOST_SETTINGS}/certificates" }
  args       = { DEBIAN = DEBIAN }
  tags       = ["dway/base:${TOOLCHAIN_TAG}"]
}

target "node" {
  inherits   = ["common"]
  dockerfile = "toolchain/node.Dockerfile"
  contexts   = { "dway/base" = "target:base" }
  args = {
    NODE_VERSION      = NODE_VERSION
    NODE_X64_SHA512   = NODE_X64_SHA512
    NODE_ARM64_SHA512 = NODE_ARM64_SHA512
    NPM_VERSION       = NPM_VERSION
    NPM_SHA512        = NPM_SHA512
  }
  tags = ["dway/node:${TOOLCHAIN_TAG}"]
}

target "go" {
  inherits   = ["common"]
  dockerfile = "toolchain/go.Dockerfile"
  contexts   = { "dway/base" = "target:base", "dway/node" = "target:node" }
  args = {
    GOGC                      = GOGC
    MIRROR_KUBERNETES_VERSION = MIRROR_KUBERNETES_VERSION
    MIRROR_CALICO_VERSION     = MIRROR_CALICO_VERSION
    MIRROR_TILT_VERSION       = MIRROR_TILT_VERSION
    MIRROR_TILT_SUM           = MIRROR_TILT_SUM
  }
}

target "kubernetes" {
  inherits = ["go"]
  target   = "kubernetes"
}

target "calico" {
  inherits = ["go"]
  target   = "calico"
}

target "tools-mirror" {
  inherits = ["go"]
  target   = "tools"
}

target "tools-upstream" {
  inherits   = ["common"]
  dockerfile = "toolchain/upstream.Dockerfile"
  args = {
    KIND_VERSION         = UPSTREAM_KIND_VERSION
    KIND_AMD64_SHA256    = UPSTREAM_KIND_AMD64_SHA256
    KIND_ARM64_SHA256    = UPSTREAM_KIND_ARM64_SHA256
    KUBECTL_VERSION      = UPSTREAM_KUBECTL_VERSION
    KUBECTL_AMD64_SHA256 = UPSTREAM_KUBECTL_AMD64_SHA256
    KUBECTL_ARM64_SHA256 = UPSTREAM_KUBECTL_ARM64_SHA256
    TILT_VERSION         = UPSTREAM_TILT_VERSION
    TILT_AMD64_SHA256    = UPSTREAM_TILT_AMD64_SHA256
    TILT_ARM64_SHA256    = UPSTREAM_TILT_ARM64_SHA256
  }
  contexts = { "dway/base" = "target:base" }
}

target "toolbox" {
  inherits   = ["common"]
  dockerfile = ".devcontainer/Dockerfile"
  contexts   = { "dway/node" = "target:node", "dway/tools" = "target:tools-${SOURCE}" }
  tags       = ["dway/toolbox:${TOOLBOX_TAG}"]
}

target "registry" {
  inherits   = ["common"]
  dockerfile = "toolchain/registry/${SOURCE}.Dockerfile"
  contexts   = { "dway/base" = "target:base" }
  args       = { UPSTREAM_REGISTRY_IMAGE = UPSTREAM_REGISTRY_IMAGE }
  tags       = ["dway/registry:${TOOLCHAIN_TAG}"]
}

target "node-image" {
  inherits   = ["common"]
  dockerfile = "toolchain/node-image/Dockerfile"
  contexts = {
    "dway/base"  = "target:base"
    "dway/node"  = "target:node"
    kubernetes   = "target:kubernetes"
    calico       = "target:calico"
    certificates = "${HOST_SETTINGS}/certificates"
  }
  args = {
    NODE_IMAGE_DEBIAN         = NODE_IMAGE_DEBIAN
    MIRROR_KUBERNETES_VERSION = MIRROR_KUBERNETES_VERSION
    MIRROR_PAUSE_VERSION      = MIRROR_PAUSE_VERSION
  }
}

target "control-plane" {
  inherits = ["node-image"]
  target   = "control-plane"
  tags     = ["dway/control-plane:${TOOLCHAIN_TAG}"]
}

target "pause" {
  inherits = ["node-image"]
  target   = "pause-image"
  tags     = ["dway/pause:${TOOLCHAIN_TAG}"]
}

target "node-root" {
  inherits = ["node-image"]
  target   = "node-root"
  tags     = ["dway/node-root:${TOOLCHAIN_TAG}"]
}
