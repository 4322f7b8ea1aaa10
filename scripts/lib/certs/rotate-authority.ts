import { createAuthority } from '../certificates.ts'
import { restartAll } from '../restart.ts'
import { existingSecrets, renewCertificate, writeAuthority } from '../secrets.ts'
import { step } from '../steps.ts'
import { type Authority, trustedBy } from './authority.ts'
import { whyDue } from './due.ts'
import { awaitReadAnew } from './read-anew.ts'
import { bringIntoUse, type Issued } from './renew.ts'
import { authorityReaders, certificates } from './table.ts'

/** Has a new CA issue from now on, with the one before still trusted, in one write. */
async function trustBoth({ current }: Authority): Promise<Authority> {
  const next: Authority = {
    current: await createAuthority(),
    old: [current.certificate],
    stage: 'both trusted',
  }
  await writeAuthority(next)
  return next
}

/** Has everything that verifies by the CA's certificates know those that its Secret has now. */
async function tellReaders(authority: Authority): Promise<void> {
  await awaitReadAnew(authority)
  await restartAll(authorityReaders)
}

/** The certificates, by the current CA: those that still are by the one before are issued anew. */
async function issueAll({ current }: Authority): Promise<Issued[]> {
  const secrets = await existingSecrets()
  const issued: Issued[] = []
  for (const entry of certificates) {
    const held = secrets.get(entry.secret)
    const due = whyDue(entry, held, [current.certificate]) !== undefined
    const certificate = due
      ? await step(`issue ${entry.secret}`, () => renewCertificate(entry, current))
      : (held?.['tls.crt'] ?? '')
    issued.push({ entry, certificate })
  }
  return issued
}

/**
 * Changes the local CA for a new one, without a moment in which a customer meets a certificate of an unknown CA: first
 * both are trusted, then certificates are by the new one, then the old one is dropped. The pod of PostgreSQL reads the CA from
 * a volume, which may follow a minute later: what it could not archive meanwhile, it tries again. The CA's Secret says how far that
 * is (authority.ts); what was killed goes on from there, and repeats at most restarts.
 * @param found the CA as it is
 * @returns the new CA
 */
export async function rotateAuthority(found: Authority): Promise<Authority> {
  let authority = found
  if (authority.stage === 'settled')
    authority = await step('make a new CA, and trust both', () => trustBoth(found))
  if (authority.stage === 'both trusted') {
    await tellReaders(authority)
    await bringIntoUse(await issueAll(authority), trustedBy(authority))
    const dropped: Authority = { ...authority, old: [], stage: 'old dropped' }
    await step('drop the old CA', () => writeAuthority(dropped))
    authority = dropped
  }
  await tellReaders(authority)
  const settled: Authority = { ...authority, stage: 'settled' }
  await writeAuthority(settled)
  return settled
}
