import { messageOf } from '../errors.ts'
import { withPortForward } from '../port-forward.ts'
import { describeCertificate } from './pem.ts'
import { servedAt } from './served.ts'
import type { CertificateEntry, Endpoint } from './table.ts'

/** The fingerprint of what a certificate's server shows now; undefined if the table doesn't say where that is seen. */
async function shownBy({
  live,
  servedAt: at,
  names: [name = ''],
}: CertificateEntry): Promise<string | undefined> {
  if (at) return servedAt(at)
  if (!live) return undefined
  const { pod, port, alpn } = live
  return withPortForward(
    pod,
    port,
    (why) => why,
    (local) => servedAt({ host: '127.0.0.1', port: local, name, ...(alpn && { alpn }) } satisfies Endpoint),
  )
}

/**
 * What is shown in the place of the certificate that the Secret has.
 * @param pem the Secret's
 * @returns in words; undefined if it is the same, or if nobody can be asked
 */
export async function shownInstead(
  entry: CertificateEntry,
  pem: string | undefined,
): Promise<string | undefined> {
  if (pem === undefined) return undefined
  try {
    const shown = await shownBy(entry)
    if (shown === undefined || shown === describeCertificate(pem).fingerprint) return undefined
    return `${entry.secret} is not what is shown, which is another one, SHA-256 ${shown}: ./dway certs renew ${entry.secret}`
  } catch (error) {
    return `what is shown in the place of ${entry.secret} is not known: ${messageOf(error)}`
  }
}
