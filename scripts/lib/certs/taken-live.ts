import { awaitMounted } from '../mounted.ts'
import { withPortForward } from '../port-forward.ts'
import { awaitServed } from './served.ts'
import type { CertificateEntry, LivePod } from './table.ts'

/**
 * Has a running pod take the certificate that its Secret has now, and waits until that is shown to new connections. Those that
 * are open go on.
 * @param trusted the certificates of those who may have issued it
 * @throws UserError if it is not mounted, taken or served
 */
export async function takeLive(
  { names: [name = ''] }: CertificateEntry,
  { pod, container, certificateFile, port, alpn, reload }: LivePod,
  certificate: string,
  trusted: readonly string[],
): Promise<void> {
  await awaitMounted({ pod, container, path: certificateFile }, certificate)
  await reload()
  await withPortForward(
    pod,
    port,
    (why) => `${pod} cannot be asked for its certificate: ${why}`,
    (local) =>
      awaitServed({ host: '127.0.0.1', port: local, name, ...(alpn && { alpn }) }, certificate, trusted),
  )
}
