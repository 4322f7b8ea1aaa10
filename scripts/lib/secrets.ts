import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import {
  BACKUP_SECRET,
  newRepository,
  REPOSITORY_CONF,
  withRepositoryConf,
} from './backup/repository-secret.ts'
import { createAuthority, issueCertificate, type KeyPair } from './certificates.ts'
import { type Authority, authorityData, readAuthority, trustedBy } from './certs/authority.ts'
import { ACME_SECRET, whyEntryDue } from './certs/by-acme.ts'
import { AUTHORITY_SECRET, type CertificateEntry, certificates, frontDoorCertificate } from './certs/table.ts'
import { UserError } from './errors.ts'
import { names } from './settings.ts'
import { kubectl, kubectlBank, must } from './shell.ts'

type Data = Record<string, string>

interface SecretObject {
  metadata: { name: string; labels?: Record<string, string> }
  type: string
  data?: Data
}

/** The fewest that Elasticsearch knows: nobody guesses 32 random bytes. */
const PBKDF2_ROUNDS = 1000

/** 32 random bytes as text that needs no quoting anywhere. */
export const randomPassword = () => randomBytes(32).toString('base64url')

/** The Secrets that hold a password, with the keys that stay the same when it is rotated. */
export const passwordSecrets: Readonly<Record<string, Data>> = {
  'postgres-owner': { username: 'dwaybank_owner' },
  // The login changes with the password: scripts/lib/rotation/api-role.ts.
  'postgres-api': { username: 'dwaybank_api_a' },
  'postgres-pgadmin': { username: 'dwaybank_pgadmin' },
  'postgres-monitor': { username: 'dwaybank_monitor' },
  'postgres-backup': { username: 'dwaybank_backup' },
  'redis-auth': {},
  'redis-backup': { username: 'backup' },
  'pgadmin-login': { email: 'developer@dwaybank.localhost.dev' },
  'redis-commander-login': { username: 'developer' },
  // What has no login of its own gets this one from the proxy.
  'tools-login': { username: 'developer' },
  'elasticsearch-login': { username: 'developer' },
  'elasticsearch-shipper': { username: 'shipper' },
  'elasticsearch-kibana': { username: 'dwaybank-kibana' },
  // Whoever has it can remove backups for good: nothing but the store itself does.
  'object-store-root': { username: 'root' },
  // The password of the people that ./dway seed makes up.
  'seed-login': {},
}

/**
 * The values of a password's Secret, with what is made of the password. nginx knows a password by a salted SHA-1, which is
 * enough for 32 random bytes.
 */
export function withPassword(name: string, fixed: Data, password: string): Data {
  const data = { ...fixed, password }
  if (name.startsWith('elasticsearch-')) return { ...data, users: elasticsearchUser(fixed, password) }
  if (name !== 'tools-login') return data
  const salt = randomBytes(16)
  const digest = createHash('sha1').update(password).update(salt).digest()
  return {
    ...data,
    htpasswd: `${fixed['username']}:{SSHA}${Buffer.concat([digest, salt]).toString('base64')}\n`,
  }
}

/** A line of Elasticsearch's file of users, which has a hash of the password in place of it. */
function elasticsearchUser({ username }: Data, password: string): string {
  const salt = randomBytes(32)
  const hash = pbkdf2Sync(password, salt, PBKDF2_ROUNDS, 32, 'sha512')
  return `${username}:{PBKDF2}${PBKDF2_ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}\n`
}

/** The values of every Secret of the bank, decoded, by its name. */
export async function existingSecrets(): Promise<Map<string, Data>> {
  const { stdout } = await must(
    'the secrets cannot be read',
    kubectlBank(['get', 'secrets', '--output', 'json']),
  )
  const { items } = JSON.parse(stdout) as { items: SecretObject[] }
  const decode = (data: Data = {}) =>
    Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    )
  return new Map(items.map((item) => [item.metadata.name, decode(item.data)]))
}

/** One Secret's values, decoded. */
export async function readSecret(name: string): Promise<Data> {
  const found = (await existingSecrets()).get(name)
  if (!found) throw new UserError(`there is no Secret ${name}: run ./dway up`)
  return found
}

/**
 * Creates or replaces a Secret. Values travel by standard input, so that no process list shows them, and are applied
 * by the server, because the client's way keeps a readable copy in an annotation.
 */
export async function writeSecret(
  name: string,
  data: Data,
  { type = 'Opaque', namespace = names.namespace }: { type?: string; namespace?: string } = {},
): Promise<void> {
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/part-of': 'dwaybank', 'app.kubernetes.io/managed-by': 'dway' },
    },
    type,
    stringData: data,
  }
  await must(
    `the Secret ${name} was not written`,
    kubectl(['apply', '--server-side', '--force-conflicts', '--filename', '-'], JSON.stringify(object)),
  )
}

/** Writes the local CA down, and how far a change of it has come. */
export async function writeAuthority(authority: Authority): Promise<void> {
  await writeSecret(AUTHORITY_SECRET, authorityData(authority))
}

/**
 * Issues a certificate and writes its Secret.
 * @returns the certificate, PEM
 */
export async function renewCertificate(entry: CertificateEntry, issuer: KeyPair): Promise<string> {
  const { certificate, key } = await issueCertificate(issuer, entry)
  // By ACME the front door got an authority as well, which its watchers trust: a key that is left out of an update may stay.
  const authority = entry === frontDoorCertificate ? { 'ca.crt': '' } : {}
  const data = { 'tls.crt': certificate, 'tls.key': key, ...authority }
  await writeSecret(entry.secret, data, { type: 'kubernetes.io/tls' })
  return certificate
}

/**
 * Generates the Secrets that are missing, renews a certificate that ends within 30 days or isn't as the table of
 * certificates says, by the same CA so that whoever trusts it still does, and leaves the others as they are.
 * @returns the names of the new ones
 */
export async function ensureSecrets(): Promise<string[]> {
  const existing = await existingSecrets()
  const made: string[] = []
  for (const [name, fixed] of Object.entries(passwordSecrets)) {
    if (existing.has(name)) continue
    await writeSecret(name, withPassword(name, fixed, randomPassword()))
    made.push(name)
  }
  const backup = existing.get(BACKUP_SECRET)
  if (backup?.[REPOSITORY_CONF] === undefined) {
    // An earlier release had the same values without the file.
    const values = backup ? withRepositoryConf(backup) : newRepository(randomPassword(), randomPassword())
    await writeSecret(BACKUP_SECRET, values)
    made.push(BACKUP_SECRET)
  }
  // Who renews by ACME may write to it, and make none.
  if (!existing.has(ACME_SECRET)) {
    await writeSecret(ACME_SECRET, {})
    made.push(ACME_SECRET)
  }
  const kept = readAuthority(existing.get(AUTHORITY_SECRET))
  const authority: Authority = kept ?? { current: await createAuthority(), old: [], stage: 'settled' }
  if (!kept) {
    await writeAuthority(authority)
    made.push(AUTHORITY_SECRET)
  }
  for (const entry of certificates) {
    if (whyEntryDue(entry, existing, trustedBy(authority)) === undefined) continue
    await renewCertificate(entry, authority.current)
    made.push(entry.secret)
  }
  return made
}
