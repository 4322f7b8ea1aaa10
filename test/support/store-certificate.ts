import { createAuthority, issueCertificate } from '../../scripts/lib/certificates.ts'

/** A certificate for a store's image in a container of its own, where its manifest would mount a Secret. */
export interface StoreCertificate {
  /** Who issued it, PEM. */
  authority: string
  /** docker's flags for the place where the certificate goes. */
  flags: readonly string[]
  /** The container's environment. */
  secrets: Readonly<Record<string, string>>
  /** A shell's lines that put it there, before the image's entrypoint. */
  unpack: string
}

/** Issues one for this machine, by an authority that nobody else knows. */
export async function issueForStore(): Promise<StoreCertificate> {
  const authority = await createAuthority()
  const { certificate, key } = await issueCertificate(authority, {
    names: ['localhost', '127.0.0.1'],
    usages: ['server'],
  })
  return {
    authority: authority.certificate,
    flags: ['--tmpfs', '/tls:uid=1001'],
    secrets: { TLS_CERTIFICATE: certificate, TLS_KEY: key },
    unpack: `printf '%s' "$TLS_CERTIFICATE" >/tls/tls.crt
(umask 077; printf '%s' "$TLS_KEY" >/tls/tls.key)
unset TLS_CERTIFICATE TLS_KEY`,
  }
}
