import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterAll, expect, it } from 'vitest'
import { createAuthority, issueCertificate } from '../certificates.ts'
import { awaitServed } from './served.ts'

const authority = await createAuthority()
const issue = () => issueCertificate(authority, { names: ['bank.test'], usages: ['server'] })
const [old, next] = await Promise.all([issue(), issue()])
const server = tls.createServer({ cert: old.certificate, key: old.key })
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo
const endpoint = { host: '127.0.0.1', port, name: 'bank.test' }

afterAll(() => void server.close())

it('a server that goes on showing the old certificate is found out', async () => {
  await awaitServed(endpoint, old.certificate, [authority.certificate], 0)
  await expect(awaitServed(endpoint, next.certificate, [authority.certificate], 0)).rejects.toThrow(
    'bank.test does not serve its new certificate: it shows another one',
  )
})

it('a certificate by a CA that is not trusted is not good, though it is the one', async () => {
  const stranger = await createAuthority()
  await expect(awaitServed(endpoint, old.certificate, [stranger.certificate], 0)).rejects.toThrow(
    /bank\.test does not serve its new certificate: .*certificate/,
  )
})

it('the new certificate is waited for', async () => {
  const waiting = awaitServed(endpoint, next.certificate, [authority.certificate], 10_000)
  setTimeout(() => server.setSecureContext({ cert: next.certificate, key: next.key }), 300)
  await waiting
})

it('a server that wants to hear in the handshake what is to be spoken hears it', async () => {
  const wanting = tls.createServer({
    cert: old.certificate,
    key: old.key,
    // Undefined refuses.
    ALPNCallback: ({ protocols }) => protocols.find((protocol) => protocol === 'postgresql'),
  })
  await once(wanting.listen(0, '127.0.0.1'), 'listening')
  const store = { host: '127.0.0.1', port: (wanting.address() as AddressInfo).port, name: 'bank.test' }
  try {
    await awaitServed({ ...store, alpn: 'postgresql' }, old.certificate, [authority.certificate], 0)
    const other = awaitServed({ ...store, alpn: 'other' }, old.certificate, [authority.certificate], 0)
    await expect(other).rejects.toThrow(/does not serve/)
  } finally {
    wanting.close()
  }
})
