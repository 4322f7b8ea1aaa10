import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ensureSecrets, passwordSecrets } from './secrets.ts'

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
  expect(await ensureSecrets()).toEqual([...Object.keys(passwordSecrets), 'local-ca', 'proxy-tls'])
  expect(byTheCa()).toBe(true)
  expect(await ensureSecrets()).toEqual([])
})

it.each([
  ['was deleted', () => delete kept['proxy-tls']],
  ['ends within 30 days', () => passDays(340)],
])('renews a certificate that %s, by the same CA', async (_what, happens) => {
  await ensureSecrets()
  const before = structuredClone(kept)
  happens()
  expect(await ensureSecrets()).toEqual(['proxy-tls'])
  expect(kept['local-ca']).toEqual(before['local-ca'])
  expect(kept['proxy-tls']).not.toEqual(before['proxy-tls'])
  expect(byTheCa()).toBe(true)
})

it('leaves a certificate that lasts, and replaces both when the CA is gone', async () => {
  await ensureSecrets()
  passDays(330)
  expect(await ensureSecrets()).toEqual([])
  delete kept['local-ca']
  expect(await ensureSecrets()).toEqual(['local-ca', 'proxy-tls'])
  expect(byTheCa()).toBe(true)
})
