import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyPair } from '../certificates.ts'
import { whyOver } from './due.ts'
import { certificatesIn, describeCertificate } from './pem.ts'

/** How far a change of the CA has come. */
export type Stage = 'settled' | 'both trusted' | 'old dropped'

export interface Authority {
  /** The one that issues. */
  current: KeyPair
  /** Certificates of those before it, which are still trusted. */
  old: string[]
  stage: Stage
}

/** Every certificate that is trusted, the one that issues first. */
export function trustedBy({ current, old }: Pick<Authority, 'current' | 'old'>): string[] {
  return [current.certificate, ...old]
}

/**
 * The values of the CA's Secret. The Secret alone says how far a change has come, so that one that was killed is taken up
 * where it ended: an old certificate in `ca.crt` means that both are trusted; none, with `rotation` still under way, that
 * the readers of `ca.crt` may not know yet that the old one is gone.
 */
export function authorityData({ current, old, stage }: Authority): Record<string, string> {
  return {
    'ca.crt': trustedBy({ current, old }).join(''),
    'tls.key': current.key,
    // Always there: a key that is left out of an update may stay as it was.
    rotation: stage === 'settled' ? 'done' : 'under way',
  }
}

/**
 * The local CA as its Secret keeps it. The one that issues is the one that the key is of.
 * @returns undefined if there is none, or none that still lasts
 */
export function readAuthority(held: Record<string, string> | undefined): Authority | undefined {
  const { 'ca.crt': bundle, 'tls.key': key, rotation } = held ?? {}
  if (!key) return undefined
  try {
    const privateKey = createPrivateKey(key)
    const all = certificatesIn(bundle)
    const certificate = all.find((one) => new X509Certificate(one).checkPrivateKey(privateKey))
    if (certificate === undefined) return undefined
    const { validFrom, validTo } = describeCertificate(certificate)
    if (whyOver(validFrom, validTo) !== undefined) return undefined
    const old = all.filter((one) => one !== certificate)
    const stage = old.length > 0 ? 'both trusted' : rotation === 'under way' ? 'old dropped' : 'settled'
    return { current: { certificate, key }, old, stage }
  } catch {
    // What cannot be read is no authority; a new one takes its place.
    return undefined
  }
}
