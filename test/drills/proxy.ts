import { issueCertificate } from '../../scripts/lib/certificates.ts'
import { readAuthority } from '../../scripts/lib/certs/authority.ts'
import { frontDoorCertificate } from '../../scripts/lib/certs/table.ts'
import { readSecret, writeSecret } from '../../scripts/lib/secrets.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import type { Drill } from './drill.ts'
import { takeAway } from './workloads.ts'

export const proxyGone: Drill = {
  title: 'the proxy gone',
  alerts: [{ alert: 'ProxyDown' }, { alert: 'FrontDoorDown', labels: { job: 'front-door' } }],
  plant: () => takeAway('deployment/proxy'),
}

const DAYS = 5

/** Gives the proxy a certificate, which it reads when it starts. */
async function serve(data: Record<string, string>): Promise<void> {
  await writeSecret('proxy-tls', data, { type: 'kubernetes.io/tls' })
  await kubectlBank(['rollout', 'restart', 'deployment/proxy'])
  await kubectlBank(['rollout', 'status', 'deployment/proxy', '--timeout=120s'])
}

export const oldCertificate: Drill = {
  title: 'a certificate that ends in a few days',
  alerts: [{ alert: 'CertificateExpiresSoon' }],
  plant: async () => {
    const authority = readAuthority(await readSecret('local-ca'))
    if (!authority) throw new Error('the Secret local-ca holds no authority that lasts')
    const before = await readSecret('proxy-tls')
    const short = await issueCertificate(authority.current, { ...frontDoorCertificate, days: DAYS })
    await serve({ 'tls.crt': short.certificate, 'tls.key': short.key })
    return () => serve(before)
  },
}
