import { X509Certificate } from 'node:crypto'
import { afterEach, expect, it, vi } from 'vitest'
import { createAuthority } from '../certificates.ts'
import { authorityData, readAuthority, type Stage } from './authority.ts'

const [one, other] = await Promise.all([createAuthority(), createAuthority()])

afterEach(() => vi.useRealTimers())

it('two authorities of one machine differ in their names, each by the fingerprint of its key', () => {
  const [first, second] = [one, other].map(({ certificate }) => new X509Certificate(certificate).subject)
  expect(first).toMatch(/^O=DwayBank development\nCN=DwayBank local CA [0-9a-f]{16}$/)
  expect(first).not.toBe(second)
})

it.each<[Stage, string[]]>([
  ['settled', []],
  ['both trusted', [other.certificate]],
  ['old dropped', []],
])('the Secret says that the change is at: %s', (stage, old) => {
  const authority = { current: one, old, stage }
  expect(readAuthority(authorityData(authority))).toEqual(authority)
})

it('the Secret of a cluster from before changes were known is settled', () => {
  expect(readAuthority({ 'ca.crt': one.certificate, 'tls.key': one.key })?.stage).toBe('settled')
})

it('the one that issues is the one that the key is of, wherever it stands', () => {
  const held = { 'ca.crt': other.certificate + one.certificate, 'tls.key': one.key }
  expect(readAuthority(held)).toEqual({ current: one, old: [other.certificate], stage: 'both trusted' })
})

it.each([
  ['nothing', undefined],
  ['no key', { 'ca.crt': one.certificate }],
  ['the key of another', { 'ca.crt': one.certificate, 'tls.key': other.key }],
  ['no certificate', { 'ca.crt': 'none', 'tls.key': one.key }],
  ['no key that can be read', { 'ca.crt': one.certificate, 'tls.key': 'none' }],
])('%s is no authority', (_what, held) => {
  expect(readAuthority(held)).toBeUndefined()
})

it('one that ends within 30 days is none any more', () => {
  const held = authorityData({ current: one, old: [], stage: 'settled' })
  vi.setSystemTime(Date.now() + (3650 - 29) * 86_400_000)
  expect(readAuthority(held)).toBeUndefined()
})
