import { UserError } from '../errors.ts'
import { restartAll } from '../restart.ts'
import { readSecret, renewCertificate } from '../secrets.ts'
import { workloadExists } from '../shell.ts'
import { step } from '../steps.ts'
import { type Authority, readAuthority, trustedBy } from './authority.ts'
import { describeCertificate } from './pem.ts'
import { awaitServed } from './served.ts'
import { takeLive } from './taken-live.ts'
import { AUTHORITY_SECRET, type CertificateEntry, usersOf } from './table.ts'

/** A certificate as it is now. */
export interface Issued {
  entry: CertificateEntry
  certificate: string
}

/**
 * The CA that issues.
 * @throws {UserError} if there is none that lasts
 */
export async function requireAuthority(): Promise<Authority> {
  const authority = readAuthority(await readSecret(AUTHORITY_SECRET))
  if (!authority)
    throw new UserError(`the Secret ${AUTHORITY_SECRET} holds no CA that lasts: ./dway up makes one`)
  return authority
}

/**
 * Restarts what reads these certificates, by the rolling update that each workload has, or has it take them while it runs,
 * and waits until they are served.
 * @param trusted the certificates of those who may have issued them
 */
export async function bringIntoUse(issued: readonly Issued[], trusted: readonly string[]): Promise<void> {
  const starting = issued.filter(({ entry }) => !entry.live)
  await restartAll(usersOf(starting.map(({ entry }) => entry.secret)))
  for (const { entry, certificate } of issued) {
    const { live, servedAt, secret, users } = entry
    if (!live && !servedAt) continue
    const there = await Promise.all(users.map((workload) => workloadExists(workload)))
    if (!there.includes(true)) continue
    if (live)
      await step(`bring ${secret} into ${live.pod}`, () => takeLive(entry, live, certificate, trusted))
    if (servedAt) await step(`see ${secret} served`, () => awaitServed(servedAt, certificate, trusted))
  }
}

/**
 * Issues certificates anew by the same CA, and has them used.
 * @returns what each is known by now: its Secret and its fingerprint
 */
export async function renew(
  entries: readonly CertificateEntry[],
): Promise<{ secret: string; fingerprint: string }[]> {
  const authority = await requireAuthority()
  const issued: Issued[] = []
  for (const entry of entries) {
    const certificate = await step(`issue ${entry.secret}`, () => renewCertificate(entry, authority.current))
    issued.push({ entry, certificate })
  }
  await bringIntoUse(issued, trustedBy(authority))
  return issued.map(({ entry, certificate }) => ({
    secret: entry.secret,
    fingerprint: describeCertificate(certificate).fingerprint,
  }))
}
