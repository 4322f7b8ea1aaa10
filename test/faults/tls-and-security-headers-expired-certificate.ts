import { readAuthority } from '../../scripts/lib/certs/authority.ts'
import { certificates } from '../../scripts/lib/certs/table.ts'
import { readSecret, renewCertificate, writeSecret } from '../../scripts/lib/secrets.ts'
import type { Fault } from '../../scripts/lib/validate/fault.ts'

// Who serves it reads it when it starts, and is not started again.
const SECRET = 'pebble-tls'

export default {
  breaks: 'a certificate has ended',
  step: 8,
  in: 'bank',
  finds: { rule: 'certificate-age', subject: `Secret/${SECRET}` },
  plant: async () => {
    const before = await readSecret(SECRET)
    const entry = certificates.find(({ secret }) => secret === SECRET)
    const authority = readAuthority(await readSecret('local-ca'))
    if (entry === undefined || authority === undefined) throw new Error(`${SECRET} can't be issued`)
    const ended = { ...entry, days: 0 }
    await renewCertificate(ended, authority.current)
    return () => writeSecret(SECRET, before, { type: 'kubernetes.io/tls' })
  },
} satisfies Fault
