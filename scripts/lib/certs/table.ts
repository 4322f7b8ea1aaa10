import type { Usage } from '../certificates.ts'
import { HTTPS_NODE_PORT, names } from '../settings.ts'

/** Where a certificate is shown to whoever connects by TLS. */
export interface Endpoint {
  host: string
  port: number
  /** The name that is asked for. */
  name: string
}

/** A certificate that the local CA issues, with what there is to know of it. */
export interface CertificateEntry {
  /** The Secret, of type kubernetes.io/tls. */
  secret: string
  /** DNS names and IP addresses, the first of them the subject. */
  names: readonly string[]
  usages: readonly Usage[]
  /** What reads it when it starts, as `deployment/api`; may be part of one profile alone. */
  users: readonly string[]
  /** Where a renewed one must be seen; none for a client's. */
  servedAt?: Endpoint
}

export const frontDoorCertificate: CertificateEntry = {
  secret: 'proxy-tls',
  names: ['dwaybank.localhost', '*.dwaybank.localhost', 'localhost', '127.0.0.1'],
  usages: ['server'],
  users: ['deployment/proxy'],
  servedAt: { host: names.node, port: HTTPS_NODE_PORT, name: 'dwaybank.localhost' },
}

/** Where the backups are kept, as who writes them knows it, and as it knows itself. */
const objectStoreCertificate: CertificateEntry = {
  secret: 'object-store-tls',
  names: ['object-store', 'localhost'],
  usages: ['server'],
  users: ['statefulset/object-store'],
}

/** By it the pod of PostgreSQL and a backup that reads its files know each other; the pod sees by itself that it is new. */
const backupCertificate: CertificateEntry = {
  secret: 'backup-tls',
  names: ['backup', 'postgres', 'localhost'],
  usages: ['server', 'client'],
  users: [],
}

/** Every certificate of the bank. One more is an entry here: `./dway up` makes it, `./dway certs` knows it. */
export const certificates: readonly CertificateEntry[] = [
  frontDoorCertificate,
  objectStoreCertificate,
  backupCertificate,
]

/** The Secret of the local CA. */
export const AUTHORITY_SECRET = 'local-ca'

/** What reads the CA's `ca.crt` when it starts; scripts and tests read it anew each time. */
export const authorityReaders: readonly string[] = ['deployment/blackbox-exporter']

/** What must start again once these Secrets are new. */
export function usersOf(secrets: readonly string[]): string[] {
  const users = certificates.filter(({ secret }) => secrets.includes(secret)).flatMap(({ users }) => users)
  return [...new Set(secrets.includes(AUTHORITY_SECRET) ? [...authorityReaders, ...users] : users)]
}
