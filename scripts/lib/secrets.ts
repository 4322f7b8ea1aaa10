import { createHash, pbkdf2Sync, randomBytes, X509Certificate } from 'node:crypto'
import { createAuthority, issueServerCertificate, type KeyPair } from './certificates.ts'
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
  'postgres-api': { username: 'dwaybank_api' },
  'postgres-pgadmin': { username: 'dwaybank_pgadmin' },
  'postgres-monitor': { username: 'dwaybank_monitor' },
  'redis-auth': {},
  'pgadmin-login': { email: 'developer@dwaybank.localhost.dev' },
  'redis-commander-login': { username: 'developer' },
  // What has no login of its own gets this one from the proxy.
  'tools-login': { username: 'developer' },
  'elasticsearch-login': { username: 'developer' },
  'elasticsearch-shipper': { username: 'shipper' },
  'elasticsearch-kibana': { username: 'dwaybank-kibana' },
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

/** The names that the front door's certificate is for. */
export const frontDoorNames = ['dwaybank.localhost', '*.dwaybank.localhost', 'localhost', '127.0.0.1']

async function existingSecrets(): Promise<Map<string, Data>> {
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

/** A certificate that ends sooner is replaced. */
const RENEWAL_DAYS = 30

/** Whether a certificate is valid, and for long enough; one that was made while the clock was ahead isn't yet. */
function lasts(certificate: string): boolean {
  const { validFrom, validTo } = new X509Certificate(certificate)
  return Date.parse(validFrom) <= Date.now() && Date.parse(validTo) > Date.now() + RENEWAL_DAYS * 86_400_000
}

/** The local CA as it is kept; undefined if there is none, or none that still lasts. */
function keptAuthority({ 'ca.crt': certificate, 'tls.key': key }: Data = {}): KeyPair | undefined {
  return certificate && key && lasts(certificate) ? { certificate, key } : undefined
}

/**
 * Generates the Secrets that are missing, renews a certificate that ends within 30 days, by the same CA so that
 * whoever trusts it still does, and leaves the others as they are.
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
  const kept = keptAuthority(existing.get('local-ca'))
  const authority = kept ?? (await createAuthority())
  if (!kept) {
    await writeSecret('local-ca', { 'ca.crt': authority.certificate, 'tls.key': authority.key })
    made.push('local-ca')
  }
  const served = existing.get('proxy-tls')?.['tls.crt']
  if (!kept || !served || !lasts(served)) {
    const { certificate, key } = await issueServerCertificate(authority, frontDoorNames)
    await writeSecret('proxy-tls', { 'tls.crt': certificate, 'tls.key': key }, { type: 'kubernetes.io/tls' })
    made.push('proxy-tls')
  }
  return made
}
