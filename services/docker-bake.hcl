# The bank's images, built ahead of Tilt and with its arguments, so that Tilt finds them in the engine's cache.

group "services" {
  targets = ["api", "web", "proxy", "postgres", "redis", "pgadmin", "redis-commander", "exporters"]
}

# What watches the bank is built when the bank is up, but for the exporter that runs beside its proxy.

target "service" {
  inherits = ["common"]
  args = {
    BASE = "dway/base:${TOOLCHAIN_TAG}"
    NODE = "dway/node:${TOOLCHAIN_TAG}"
  }
  # For the cache alone: Tilt names what runs.
  output = ["type=cacheonly"]
}

target "api" {
  inherits   = ["service"]
  dockerfile = "services/api/Dockerfile"
  target     = "dev"
}

target "web" {
  inherits   = ["service"]
  dockerfile = "services/web/Dockerfile"
  target     = "dev"
}

target "proxy" {
  inherits   = ["service"]
  dockerfile = "services/proxy/Dockerfile"
  target     = "dev"
}

target "postgres" {
  inherits   = ["service"]
  dockerfile = "services/postgres/Dockerfile"
}

target "redis" {
  inherits   = ["service"]
  dockerfile = "services/redis/Dockerfile"
}

target "pgadmin" {
  inherits   = ["service"]
  dockerfile = "services/pgadmin/Dockerfile"
}

target "redis-commander" {
  inherits   = ["service"]
  dockerfile = "services/redis-commander/Dockerfile"
}

target "exporters" {
  inherits   = ["service"]
  dockerfile = "services/exporters/Dockerfile"
}
