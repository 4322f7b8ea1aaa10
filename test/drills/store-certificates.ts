import { issueCertificate } from '../../scripts/lib/certificates.ts'
import { readAuthority, trustedBy } from '../../scripts/lib/certs/authority.ts'
import { certificates } from '../../scripts/lib/certs/table.ts'
import { takeLive } from '../../scripts/lib/certs/taken-live.ts'
import { readSecret, writeSecret } from '../../scripts/lib/secrets.ts'
import type { Drill } from './drill.ts'

const DAYS = 5

/** Has a running store show a certificate that ends in a few days. What it returns has it show the one of before. */
async function showShort(secret: string): Promise<() => Promise<void>> {
  const entry = certificates.find((one) => one.secret === secret)
  const authority = readAuthority(await readSecret('local-ca'))
  if (!entry?.live || !authority) throw new Error(`${secret} is not taken live, or there is no authority`)
  const { live } = entry
  const show = async (data: Record<string, string>) => {
    await writeSecret(secret, data, { type: 'kubernetes.io/tls' })
    await takeLive(entry, live, data['tls.crt'] ?? '', trustedBy(authority))
  }
  const before = await readSecret(secret)
  const short = await issueCertificate(authority.current, { ...entry, days: DAYS })
  await show({ 'tls.crt': short.certificate, 'tls.key': short.key })
  return () => show(before)
}

const alert = 'StoreCertificateExpiresSoon'

export const oldStoreCertificates: Drill = {
  title: 'certificates of PostgreSQL and Redis that end in a few days',
  alerts: [
    { alert, labels: { store: 'postgres' } },
    { alert, labels: { store: 'redis' } },
  ],
  plant: async () => {
    const show = await Promise.all(['postgres-tls', 'redis-tls'].map(showShort))
    return () => Promise.all(show.map((before) => before()))
  },
}
