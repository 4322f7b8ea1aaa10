import fs from 'node:fs'
import path from 'node:path'
import { stateFolder } from '../settings.ts'

/** The beginnings of the fingerprints of what ./dway certs trust put into the host's stores (toolchain/host/trust.sh). */
export function trustedOnHost(folder = path.join(stateFolder, 'trusted')): string[] {
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder)
    .flatMap((file) => /^dwaybank-local-ca-([0-9a-f]{16})\.crt$/.exec(file)?.[1] ?? [])
}
