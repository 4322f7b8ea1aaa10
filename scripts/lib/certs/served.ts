import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { messageOf, UserError } from '../errors.ts'
import { describeCertificate } from './pem.ts'
import type { Endpoint } from './table.ts'

const PATIENCE_MS = 60_000
const CONNECT_MS = 5_000
const PAUSE_MS = 200

/** While one pod takes the other's place, connections reach the one or the other. */
const IN_A_ROW = 5

/**
 * The fingerprint of the certificate that is shown to a new connection.
 * @param authorities who may have issued it, PEM; whoever has, if not given
 * @throws {Error} if nobody answers, or with a certificate that doesn't hold
 */
export async function servedAt(
  { host, port, name, alpn }: Endpoint,
  authorities?: readonly string[],
): Promise<string> {
  const options = {
    host,
    port,
    servername: name,
    ...(authorities ? { ca: [...authorities] } : { rejectUnauthorized: false }),
    ...(alpn && { ALPNProtocols: [alpn] }),
  }
  const socket = tls.connect(options)
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(CONNECT_MS) })
    return socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase()
  } finally {
    socket.on('error', () => undefined)
    socket.destroy()
  }
}

/**
 * Waits until every new connection is shown this certificate, and finds it good.
 * @throws {UserError} if that doesn't come to be
 */
export async function awaitServed(
  endpoint: Endpoint,
  certificate: string,
  authorities: readonly string[],
  patience = PATIENCE_MS,
): Promise<void> {
  const wanted = describeCertificate(certificate).fingerprint
  const end = performance.now() + patience
  let seen: unknown
  for (let row = 0; row < IN_A_ROW;) {
    const served = await servedAt(endpoint, authorities).catch((error: unknown) => {
      seen = error
    })
    if (served === wanted) {
      row += 1
      continue
    }
    row = 0
    if (performance.now() > end) {
      const why = served === undefined ? messageOf(seen) : 'it shows another one'
      throw new UserError(`${endpoint.name} does not serve its new certificate: ${why}`, {
        cause: seen,
        remedy: './dway status, then the same command again',
      })
    }
    await sleep(PAUSE_MS)
  }
}
