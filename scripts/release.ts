// release: builds and pushes production's images, and prints what production is rendered with
//
// Usage: ./dway shell node scripts/release.ts --registry NAME --host NAME --postgres CIDR:PORT --redis CIDR:PORT \
//          --receivers CIDR:PORT --api-server CIDR:PORT --storage-class NAME --acme-directory URL --acme CIDR:PORT \
//          [--previous FILE] \
//          >k8s/overlays/production/release/kustomization.yaml
//
// Pushes the bank's images, and those of what watches it, to the registry and prints a kustomize component with their
// digests. After it, kubectl kustomize k8s/overlays/production prints all of production. The base of the images holds the
// CA certificates of the machine that builds them: build a release where there are none of your own.
//
//   --registry NAME        where images are pushed to, for example ghcr.io/dwaybank
//   --host NAME            the bank's name in a browser
//   --postgres CIDR        PostgreSQL's network and port, for example 10.0.8.0/28:5432
//   --redis CIDR           Redis' network and port
//   --receivers CIDR       the network and port of what takes alerts: a mail relay, a proxy to a service outside
//   --api-server CIDR      the cluster's own API server, as pods reach it: often port 443 or 6443 of the nodes' network
//   --storage-class NAME   what the volumes of metrics, logs and alerts are made by
//   --acme-directory URL   who issues the certificate of the front door, for example
//                          https://acme-v02.api.letsencrypt.org/directory
//   --acme CIDR            its network and port; of one that has no network of its own, those of a proxy on the way
//   --previous FILE        what was printed for the release that runs now: a copy of it, since the shell empties what it
//                          writes to. Its images stay approved while they are replaced (none)
//   --acme-proxy URL       that proxy, for example http://proxy.example.com:3128, without a login (none)
//   --acme-contact EMAIL   whom it may write to (nobody)
//   --acme-roots URL       where it has its root, if that is no public one (none)
import fs from 'node:fs'
import { readArgs } from './lib/args.ts'
import { messageOf, runVerb, UsageError } from './lib/errors.ts'
import {
  productionServices,
  publishProductionImage,
  type ProductionService,
} from './lib/production-images.ts'
import { imagesOf, readAddress, releaseComponent } from './lib/release.ts'
import { step } from './lib/steps.ts'

function readPrevious(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`--previous cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

await runVerb('release', async () => {
  const { flags } = readArgs(import.meta.url)
  const needed = (flag: string): string => {
    const value = flags[flag]
    if (typeof value !== 'string' || value === '') throw new UsageError(`--${flag} is missing: see --help`)
    return value
  }
  const host = needed('host')
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host))
    throw new UsageError(`--host is '${host}', but it must be a name`)
  const registry = needed('registry').replace(/\/$/, '')
  const postgres = readAddress('postgres', needed('postgres'))
  const redis = readAddress('redis', needed('redis'))
  const receivers = readAddress('receivers', needed('receivers'))
  const apiServer = readAddress('api-server', needed('api-server'))
  const storageClass = needed('storage-class')
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(storageClass))
    throw new UsageError(`--storage-class is '${storageClass}', but it must be the name of a StorageClass`)
  const address = readAddress('acme', needed('acme'))
  const url = (flag: string, text: string, pattern: RegExp): string => {
    const { username = '', password = '' } = URL.parse(text) ?? {}
    if (username || password)
      throw new UsageError(
        `--${flag} has a login in it, but what a release is made of is no secret: leave it out`,
      )
    if (!URL.canParse(text) || !pattern.test(text))
      throw new UsageError(`--${flag} is '${text}', but it must be like ${pattern.source.slice(1)}…`)
    return text
  }
  const optional = (flag: string) => (flags[flag] === undefined ? undefined : needed(flag))
  const [proxy, roots] = [optional('acme-proxy'), optional('acme-roots')]
  const acme = {
    directory: url('acme-directory', needed('acme-directory'), /^https:/),
    address,
    contact: optional('acme-contact'),
    roots: roots && url('acme-roots', roots, /^https:/),
    proxy: proxy && url('acme-proxy', proxy, /^http/),
  }
  const previous = optional('previous')
  const previousImages = previous === undefined ? [] : imagesOf(readPrevious(previous))
  const images = {} as Record<ProductionService, string>
  for (const service of productionServices)
    images[service] = await step(`publish ${service}`, () => publishProductionImage(service, registry))
  const addresses = { postgres, redis, receivers, apiServer }
  process.stdout.write(releaseComponent({ images, previousImages, host, ...addresses, storageClass, acme }))
})
