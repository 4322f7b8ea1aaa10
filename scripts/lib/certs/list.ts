import { table } from '../table.ts'
import { readAuthority, trustedBy } from './authority.ts'
import { whyEntryDue } from './by-acme.ts'
import { whyOver } from './due.ts'
import { certificatesIn, daysUntil, type Description, describeCertificate } from './pem.ts'
import { AUTHORITY_SECRET, authorityReaders, certificates, mountedAuthorities } from './table.ts'

export interface Listed extends Partial<Description> {
  secret: string
  /** Undefined without a certificate that can be read. */
  daysLeft?: number
  /** What reads it. */
  users: readonly string[]
  /** Why the next `./dway up` or a renewal replaces it. */
  due?: string
}

const authorityUsers = [
  ...authorityReaders,
  ...mountedAuthorities.map(({ service }) => `deployment/${service}`),
]

function described(pem: string): (Description & { daysLeft: number }) | undefined {
  try {
    const description = describeCertificate(pem)
    return { ...description, daysLeft: daysUntil(description.validTo) }
  } catch {
    // The list says why it is due.
    return undefined
  }
}

/** The certificates that the Secrets hold, those of the CA first. */
export function listCertificates(secrets: ReadonlyMap<string, Record<string, string>>): Listed[] {
  const held = secrets.get(AUTHORITY_SECRET)
  const authority = readAuthority(held)
  const trusted = authority ? trustedBy(authority) : certificatesIn(held?.['ca.crt'])
  const ofAuthority = trusted.map((pem, position): Listed => {
    const description = described(pem)
    const over = description && whyOver(description.validFrom, description.validTo)
    const due = position > 0 ? 'a change of CA is under way: ./dway certs rotate-ca ends it' : over
    return { secret: AUTHORITY_SECRET, ...description, users: authorityUsers, ...(due && { due }) }
  })
  const ofParts = certificates.map((entry): Listed => {
    const data = secrets.get(entry.secret)
    const due = whyEntryDue(entry, secrets, trusted)
    return {
      secret: entry.secret,
      ...described(data?.['tls.crt'] ?? ''),
      users: entry.users,
      ...(due && { due }),
    }
  })
  if (ofAuthority.length > 0) return [...ofAuthority, ...ofParts]
  return [{ secret: AUTHORITY_SECRET, users: authorityUsers, due: 'it is missing' }, ...ofParts]
}

/** The list as text for a terminal. */
export function certificateTable(listed: readonly Listed[]): string {
  const rows = listed.map(({ secret, subject, names, issuer, validTo, daysLeft, usages, users }) => [
    secret,
    subject ?? '-',
    names?.join(', ') || '-',
    issuer ?? '-',
    usages?.join(', ') || '-',
    validTo?.slice(0, 10) ?? '-',
    daysLeft === undefined ? '-' : String(daysLeft),
    users.join(', '),
  ])
  const heading = ['SECRET', 'SUBJECT', 'NAMES', 'ISSUER', 'FOR', 'EXPIRES', 'DAYS', 'READ BY']
  const due = listed.flatMap(({ secret, due }) => (due ? [`${secret} is due: ${due}`] : []))
  return [table([heading, ...rows], [6]), ...due].join('\n')
}
