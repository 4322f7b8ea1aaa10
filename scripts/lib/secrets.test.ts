import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { BACKUP_SECRET } from './backup/repository-secret.ts'
import { createAuthority, issueCertificate } from './certificates.ts'
import { readAuthority } from './certs/authority.ts'
import { ACME_SECRET } from './certs/by-acme.ts'
import { describeCertificate } from './certs/pem.ts'
import { certificates, frontDoorCertificate } from './certs/table.ts'
import { ensureSecrets, passwordSecrets } from './secrets.ts'

const issued = certificates.map(({ secret }) => secret)

type Kept = Record<string, Record<string, string>>
let kept: Kept

// A cluster that keeps Secrets and nothing else.
vi.mock(import('./shell.ts'), async (original) => ({
  ...(await original()),
  kubectl: ((_args: readonly string[], input?: string) => {
    const { metadata, stringData } = JSON.parse(input ?? '') as {
      metadata: { name: string }
      stringData: Kept[string]
    }
    kept[metadata.name] = stringData
    return Promise.resolve({ stdout: '' })
  }) as never,
  kubectlBank: (() => {
    const items = Object.entries(kept).map(([name, values]) => ({
      metadata: { name },
      data: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    }))
    return Promise.resolve({ stdout: JSON.stringify({ items }) })
  }) as never,
}))

beforeEach(() => {
  kept = {}
})
afterEach(() => vi.useRealTimers())

const passDays = (days: number) => vi.setSystemTime(Date.now() + days * 86_400_000)
const byTheCa = () => {
  const authority = new X509Certificate(kept['local-ca']?.['ca.crt'] ?? '')
  return new X509Certificate(kept['proxy-tls']?.['tls.crt'] ?? '').verify(authority.publicKey)
}

it('makes what is missing once', async () => {
  expect(await ensureSecrets()).toEqual([
    ...Object.keys(passwordSecrets),
    BACKUP_SECRET,
    ACME_SECRET,
    'local-ca',
    ...issued,
  ])
  expect(byTheCa()).toBe(true)
  expect(await ensureSecrets()).toEqual([])
})

/** Another certificate in the place of the proxy's. */
async function put(options: Partial<Parameters<typeof issueCertificate>[1]>, issuer = ownAuthority()) {
  const { certificate, key } = await issueCertificate(issuer, { ...frontDoorCertificate, ...options })
  kept['proxy-tls'] = { 'tls.crt': certificate, 'tls.key': key }
}

function ownAuthority() {
  const authority = readAuthority(kept['local-ca'])
  if (!authority) throw new Error('there is no CA')
  return authority.current
}

it.each<[string, () => unknown, string[]?]>([
  ['was deleted', () => delete kept['proxy-tls']],
  ['ends within 30 days', () => passDays(340), issued],
  ['is for a name less', () => put({ names: ['dwaybank.localhost'] })],
  ['is for a name more', () => put({ names: [...frontDoorCertificate.names, 'bank.example'] })],
  ['is for a client too', () => put({ usages: ['server', 'client'] })],
  ['is by another CA', async () => put({}, await createAuthority())],
  [
    'has the key of another',
    () => (kept['proxy-tls'] = { ...kept['proxy-tls'], 'tls.key': ownAuthority().key }),
  ],
  ['is none', () => (kept['proxy-tls'] = { 'tls.crt': 'none', 'tls.key': 'none' })],
])('renews a certificate that %s, by the same CA', async (_what, happens, due = ['proxy-tls']) => {
  await ensureSecrets()
  await happens()
  const before = structuredClone(kept)
  expect(await ensureSecrets()).toEqual(due)
  expect(kept['local-ca']).toEqual(before['local-ca'])
  expect(kept['proxy-tls']).not.toEqual(before['proxy-tls'])
  expect(byTheCa()).toBe(true)
})

it('leaves what ACME brought to the front door, whoever issued it, as long as it lasts', async () => {
  await ensureSecrets()
  await put({ names: ['dwaybank.localhost'], days: 90 }, await createAuthority())
  const fingerprint = describeCertificate(kept['proxy-tls']?.['tls.crt'] ?? '').fingerprint
  kept[ACME_SECRET] = { issued: `https://pebble:14000/dir ${fingerprint}\n` }
  expect(await ensureSecrets()).toEqual([])
  passDays(61)
  expect(await ensureSecrets()).toEqual(['proxy-tls'])
  expect(byTheCa()).toBe(true)
})

it('leaves a certificate that lasts, and replaces all when the CA is gone', async () => {
  await ensureSecrets()
  passDays(330)
  expect(await ensureSecrets()).toEqual([])
  delete kept['local-ca']
  expect(await ensureSecrets()).toEqual(['local-ca', ...issued])
  expect(byTheCa()).toBe(true)
})
