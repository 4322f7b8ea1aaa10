import type { Usage } from '../certificates.ts'
import { runPsql } from '../database.ts'
import { runRedis } from '../redis.ts'
import { HTTPS_NODE_PORT, names } from '../settings.ts'

/** Where a certificate is shown to whoever connects by TLS. */
export interface Endpoint {
  host: string
  port: number
  /** The name that is asked for. */
  name: string
  /** What is to be spoken there, where a server wants to hear it in the handshake. */
  alpn?: string
}

/** A pod that takes a renewed certificate while it runs, because to start it again would fail requests. */
export interface LivePod {
  pod: string
  container: string
  /** Where the certificate is mounted. */
  certificateFile: string
  /** Where it is shown. */
  port: number
  alpn?: string
  /** Tells the server to read it again. */
  reload(): Promise<unknown>
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
  /** How those take a renewed one instead, if they need not start again. */
  live?: LivePod
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

const postgresCertificate: CertificateEntry = {
  secret: 'postgres-tls',
  names: ['postgres', 'localhost'],
  usages: ['server'],
  users: ['statefulset/postgres'],
  live: {
    pod: 'postgres-0',
    container: 'postgres',
    certificateFile: '/tls/tls.crt',
    port: 5432,
    alpn: 'postgresql',
    reload: () => runPsql('PostgreSQL did not read its certificate', 'select pg_reload_conf();'),
  },
}

const redisCertificate: CertificateEntry = {
  secret: 'redis-tls',
  names: ['redis', 'localhost'],
  usages: ['server'],
  users: ['statefulset/redis'],
  live: {
    pod: 'redis-0',
    container: 'redis',
    certificateFile: '/tls/tls.crt',
    port: 6379,
    // The names are the ones that it has: what is set is read again nevertheless.
    reload: () =>
      runRedis('Redis did not read its certificate', [
        'CONFIG SET tls-cert-file /tls/tls.crt tls-key-file /tls/tls.key',
      ]),
  },
}

/** The ACME directory of a developer's cluster, as who asks it knows it; what it issues itself is by a CA of its own. */
const pebbleCertificate: CertificateEntry = {
  secret: 'pebble-tls',
  names: ['pebble', 'localhost'],
  usages: ['server'],
  users: ['deployment/pebble'],
}

/** Every certificate of the bank. One more is an entry here: `./dway up` makes it, `./dway certs` knows it. */
export const certificates: readonly CertificateEntry[] = [
  frontDoorCertificate,
  objectStoreCertificate,
  backupCertificate,
  postgresCertificate,
  redisCertificate,
  pebbleCertificate,
]

/** The Secret of the local CA. */
export const AUTHORITY_SECRET = 'local-ca'

/** What reads the CA's `ca.crt` when it starts; scripts and tests read it anew each time. */
export const authorityReaders: readonly string[] = [
  'deployment/blackbox-exporter',
  'deployment/postgres-exporter',
  'deployment/redis-commander',
  'deployment/redis-exporter',
]

/** What reads the CA's `ca.crt` for each connection, from these places, and need not start again. */
export const mountedAuthorities: readonly { service: string; paths: readonly string[] }[] = [
  {
    service: 'api',
    paths: ['/etc/store-authority/postgres/ca.crt', '/etc/store-authority/redis/ca.crt'],
  },
  { service: 'pgadmin', paths: ['/etc/store-authority/postgres/ca.crt'] },
]

/** What must start again once these Secrets are new. */
export function usersOf(secrets: readonly string[]): string[] {
  const users = certificates.filter(({ secret }) => secrets.includes(secret)).flatMap(({ users }) => users)
  return [...new Set(secrets.includes(AUTHORITY_SECRET) ? [...authorityReaders, ...users] : users)]
}
