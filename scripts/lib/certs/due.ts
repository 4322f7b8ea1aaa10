import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describeCertificate } from './pem.ts'
import type { CertificateEntry } from './table.ts'

/** A certificate that ends sooner is replaced. */
const RENEWAL_DAYS = 30

/** Why a certificate has to be replaced for its time's sake; one that was made while the clock was ahead isn't valid yet. */
export function whyOver(validFrom: string, validTo: string): string | undefined {
  if (Date.parse(validFrom) > Date.now()) return 'it is not valid yet'
  if (Date.parse(validTo) <= Date.now()) return 'it has ended'
  const soon = Date.parse(validTo) <= Date.now() + RENEWAL_DAYS * 86_400_000
  return soon ? `it ends within ${RENEWAL_DAYS} days` : undefined
}

const same = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((one) => others.includes(one))

/**
 * Why the certificate of a Secret has to be issued anew; undefined if it may stay.
 * @param held the Secret's values
 * @param authorities the certificates of those that may have issued it
 */
export function whyDue(
  entry: Pick<CertificateEntry, 'names' | 'usages'>,
  held: Record<string, string> | undefined,
  authorities: readonly string[],
): string | undefined {
  const { 'tls.crt': pem, 'tls.key': key } = held ?? {}
  if (!pem || !key) return 'it is missing'
  try {
    const certificate = new X509Certificate(pem)
    const { names, usages, validFrom, validTo } = describeCertificate(pem)
    if (!certificate.checkPrivateKey(createPrivateKey(key))) return 'its key is of another'
    if (!same(names, entry.names)) return 'it is for other names'
    if (!same(usages, entry.usages)) return 'it is for other uses'
    const issuers = authorities.map((authority) => new X509Certificate(authority))
    const issued = issuers.some(
      (issuer) => certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey),
    )
    return issued ? whyOver(validFrom, validTo) : 'it is by another CA'
  } catch {
    // Whatever is wrong with it, a new one is right.
    return 'it cannot be read'
  }
}
