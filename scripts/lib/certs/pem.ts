import { X509Certificate } from 'node:crypto'
import type { Usage } from '../certificates.ts'

/** Each certificate of a PEM text, in its order. */
export function certificatesIn(pem = ''): string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return found.map((certificate) => `${certificate}\n`)
}

export interface Description {
  subject: string
  /** DNS names and IP addresses. */
  names: string[]
  issuer: string
  validFrom: string
  validTo: string
  usages: Usage[]
  /** SHA-256, in hexadecimal digits without colons. */
  fingerprint: string
}

const usageIds: Readonly<Record<string, Usage>> = {
  '1.3.6.1.5.5.7.3.1': 'server',
  '1.3.6.1.5.5.7.3.2': 'client',
}

const commonName = (name: string) => /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ')

/**
 * What a certificate says of itself; of several, the first one.
 * @throws {Error} what OpenSSL says of something that is none
 */
export function describeCertificate(pem: string): Description {
  const certificate = new X509Certificate(pem)
  // Without the extension there is none, whatever the type says.
  const ids = (certificate.keyUsage as string[] | undefined) ?? []
  const names = (certificate.subjectAltName?.split(', ') ?? []).map((name) => name.replace(/^[^:]*:/, ''))
  // ACME directories leave it out.
  const subject = certificate.subject as string | undefined
  return {
    subject: subject === undefined ? (names[0] ?? '') : commonName(subject),
    names,
    issuer: commonName(certificate.issuer),
    validFrom: certificate.validFromDate.toISOString(),
    validTo: certificate.validToDate.toISOString(),
    usages: ids.flatMap((id) => usageIds[id] ?? []),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}

/** How many whole days a time is away. */
export function daysUntil(time: string): number {
  return Math.floor((Date.parse(time) - Date.now()) / 86_400_000)
}
