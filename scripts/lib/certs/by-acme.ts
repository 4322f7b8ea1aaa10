import { whyDue, whyOver } from './due.ts'
import { describeCertificate, type Description } from './pem.ts'
import { type CertificateEntry, frontDoorCertificate } from './table.ts'

type Secrets = ReadonlyMap<string, Record<string, string>>

/** The Secret in which renewals by ACME keep their account, and which certificate they were given last, and by whom. */
export const ACME_SECRET = 'acme-account'

/** What the front door's certificate says of itself, if it is the one that ACME brought last. */
function byAcme(secrets: Secrets): Description | undefined {
  const issued = secrets.get(ACME_SECRET)?.['issued']?.trim().split(' ').at(-1)
  const pem = secrets.get(frontDoorCertificate.secret)?.['tls.crt']
  try {
    const description = describeCertificate(pem ?? '')
    return description.fingerprint === issued ? description : undefined
  } catch {
    // What cannot be read is replaced like any other.
    return undefined
  }
}

/**
 * Why a certificate has to be issued anew by the local CA; undefined if it may stay. One that ACME brought to the front door
 * stays as long as it lasts: somebody asked for it.
 */
export function whyEntryDue(
  entry: CertificateEntry,
  secrets: Secrets,
  authorities: readonly string[],
): string | undefined {
  const acme = entry.secret === frontDoorCertificate.secret ? byAcme(secrets) : undefined
  if (acme) return whyOver(acme.validFrom, acme.validTo)
  return whyDue(entry, secrets.get(entry.secret), authorities)
}
