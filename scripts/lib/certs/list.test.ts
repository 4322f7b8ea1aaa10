import { expect, it } from 'vitest'
import { createAuthority, issueCertificate } from '../certificates.ts'
import { authorityData } from './authority.ts'
import { certificateTable, listCertificates } from './list.ts'
import { certificatesIn, describeCertificate } from './pem.ts'
import { certificates, frontDoorCertificate } from './table.ts'

const [authority, before] = await Promise.all([createAuthority(), createAuthority()])
const issued = await Promise.all(
  certificates.map(async (entry) => {
    const { certificate, key } = await issueCertificate(authority, entry)
    return [entry.secret, { 'tls.crt': certificate, 'tls.key': key }] as const
  }),
)
const settled = authorityData({ current: authority, old: [], stage: 'settled' })
const name = describeCertificate(authority.certificate).subject

it('a certificate is described by what OpenSSL wrote into it', async () => {
  const names = ['store.dwaybank', '10.1.2.3', '*.store.dwaybank']
  const { certificate } = await issueCertificate(authority, { names, usages: ['server', 'client'], days: 5 })
  const description = describeCertificate(certificate)
  expect(description).toMatchObject({
    subject: 'store.dwaybank',
    names,
    issuer: name,
    usages: ['server', 'client'],
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  })
  expect(Date.parse(description.validTo) - Date.parse(description.validFrom)).toBe(5 * 86_400_000)
  expect(certificatesIn(certificate)).toEqual([certificatesIn(certificate)[0], authority.certificate])
})

it('each certificate is a row, with the days that are left, and what reads it', () => {
  const listed = listCertificates(new Map([['local-ca', settled], ...issued]))
  expect(listed.slice(0, 2)).toMatchObject([
    { secret: 'local-ca', subject: name, issuer: name, names: [], daysLeft: 3649 },
    {
      secret: 'proxy-tls',
      subject: 'dwaybank.localhost',
      names: frontDoorCertificate.names,
      usages: ['server'],
      issuer: name,
      daysLeft: 364,
      users: ['deployment/proxy'],
    },
  ])
  expect(listed.map(({ due }) => due)).toEqual(Array(1 + certificates.length).fill(undefined))
  const [heading, ca, row, ...more] = certificateTable(listed).split('\n')
  expect(heading).toMatch(/^SECRET +SUBJECT +NAMES +ISSUER +FOR +EXPIRES +DAYS +READ BY$/)
  expect(ca).toMatch(
    /^local-ca +DwayBank local CA [0-9a-f]{16} +- .* 3649 +deployment\/blackbox-exporter, deployment\/\S/,
  )
  expect(row).toMatch(
    /^proxy-tls +dwaybank\.localhost +dwaybank\.localhost, \*\..*, 127\.0\.0\.1 .* server +20\d\d-\d\d-\d\d +364 +deployment\/proxy$/,
  )
  expect(more).toHaveLength(certificates.length - 1)
  expect(more.join('\n')).not.toContain('is due')
})

it('what is due is said below, with the reason', () => {
  const text = (secrets: (readonly [string, Record<string, string>])[]) =>
    certificateTable(listCertificates(new Map(secrets)))
  expect(text([])).toMatch(/\nlocal-ca is due: it is missing\nproxy-tls is due: it is missing\n/)
  const during = authorityData({ current: before, old: [authority.certificate], stage: 'both trusted' })
  const changing = text([['local-ca', during], ...issued])
  expect(changing).toContain('\nlocal-ca is due: a change of CA is under way: ./dway certs rotate-ca ends it')
  expect(changing).not.toContain('proxy-tls is due')
  const foreign = text([
    ['local-ca', authorityData({ current: before, old: [], stage: 'settled' })],
    ...issued,
  ])
  expect(foreign).toContain('\nproxy-tls is due: it is by another CA\n')
})
