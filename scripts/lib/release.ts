import net from 'node:net'
import { parse, stringify } from 'yaml'
import { UsageError } from './errors.ts'
import { productionServices, type ProductionService } from './production-images.ts'

/** Where a store is, as far as a network policy can say it. */
export interface Address {
  cidr: string
  port: number
}

/** An ACME directory. */
export interface Acme {
  directory: string
  /** Where the directory is, or a proxy on the way to it. */
  address: Address
  /** An e-mail address for it. */
  contact?: string | undefined
  /** Where its root is, if that isn't a public one. */
  roots?: string | undefined
  /** The proxy on the way to it, as HTTPS_PROXY says it. */
  proxy?: string | undefined
}

/** What only a release of the bank knows. */
export interface Release {
  /** Each image by its digest: NAME@sha256:…. */
  images: Record<ProductionService, string>
  /** Those of the release before, which run until this one has replaced them. */
  previousImages?: readonly string[]
  /** The name that customers type. */
  host: string
  postgres: Address
  redis: Address
  /** Whatever takes the alerts. */
  receivers: Address
  /** The cluster's own, as pods reach it. */
  apiServer: Address
  /** What volumes are made by. */
  storageClass: string
  /** Who issues the front door's certificate. */
  acme: Acme
}

/**
 * Reads an address as it is written: CIDR:PORT.
 * @throws UsageError if it isn't one
 */
export function readAddress(flag: string, text: string): Address {
  const [, ip = '', bits = '', port = ''] = /^(.+)\/(\d+):(\d+)$/.exec(text) ?? []
  const family = net.isIP(ip)
  const good =
    family !== 0 && Number(bits) <= (family === 4 ? 32 : 128) && Number(port) >= 1 && Number(port) <= 65535
  if (!good) throw new UsageError(`--${flag} is '${text}', but it must be like 10.0.8.0/28:5432`)
  // The whole internet is nobody's address.
  if (Number(bits) === 0) throw new UsageError(`--${flag} allows every address: name its own network`)
  return { cidr: `${ip}/${bits}`, port: Number(port) }
}

/**
 * The images that an earlier release was made of, by their digests.
 * @param component what was printed for it
 * @throws UsageError if that is no release
 */
export function imagesOf(component: string): string[] {
  const { images = [] } = (parse(component) ?? {}) as { images?: { newName?: string; digest?: string }[] }
  const named = images.map(({ newName = '', digest = '' }) => `${newName}@${digest}`)
  if (named.length === 0 || named.some((image) => !BY_DIGEST.test(image)))
    throw new UsageError('--previous is no release: it names no images by their digests')
  return named
}

const BY_DIGEST = /^(.+)@(sha256:[0-9a-f]{64})$/
/** Where pods run whose images the API server compares with the list. */
const NAMESPACES = ['dwaybank', 'dwaybank-node']

/**
 * The kustomize component that makes production out of its overlay.
 * @throws UsageError for an image that isn't named by its digest
 */
export function releaseComponent(release: Release): string {
  const {
    images,
    previousImages = [],
    host,
    postgres,
    redis,
    receivers,
    apiServer,
    storageClass,
    acme,
  } = release
  const to = (policies: string, { cidr, port }: Address) => ({
    target: { kind: 'NetworkPolicy', name: policies },
    patch: stringify([
      {
        op: 'replace',
        path: '/spec/egress/0',
        value: { to: [{ ipBlock: { cidr } }], ports: [{ port, protocol: 'TCP' }] },
      },
    ]),
  })
  const approved = [...new Set([...Object.values(images), ...previousImages])].sort()
  return stringify({
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    images: productionServices.map((service) => {
      const [, newName, digest] = BY_DIGEST.exec(images[service]) ?? []
      if (newName === undefined) throw new UsageError(`${images[service]} does not name its digest`)
      return { name: `dway/${service}`, newName, digest }
    }),
    configMapGenerator: [
      {
        name: 'front-door',
        namespace: 'dwaybank',
        literals: [`host=${host}`, `origins=https://${host}`, 'https-port=443'],
      },
      // k8s/components/admission looks for it by this name.
      ...NAMESPACES.map((namespace) => ({
        name: 'approved-images',
        namespace,
        literals: [`images=${approved.join('\n')}`],
        options: { disableNameSuffixHash: true },
      })),
    ],
    patches: [
      to('allow-.*-to-postgres-egress', postgres),
      to('allow-.*-to-redis-egress', redis),
      to('allow-.*-to-receivers-egress', receivers),
      to('allow-.*-to-cluster-egress', apiServer),
      to('allow-acme-to-directory-egress', acme.address),
      {
        target: { kind: 'ConfigMap', name: 'acme' },
        patch: stringify(
          Object.entries({
            DIRECTORY_URL: acme.directory,
            CONTACT: acme.contact,
            ROOTS_URL: acme.roots,
            HTTPS_PROXY: acme.proxy,
          })
            .filter(([, value]) => value !== undefined)
            .map(([key, value]) => ({ op: 'add', path: `/data/${key}`, value })),
        ),
      },
      {
        target: { kind: 'StatefulSet' },
        patch: stringify([
          { op: 'add', path: '/spec/volumeClaimTemplates/0/spec/storageClassName', value: storageClass },
        ]),
      },
    ],
  })
}
