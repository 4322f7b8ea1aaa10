import { createHash, createPublicKey } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { must, $ } from './shell.ts'

/** A certificate and its private key, PEM. */
export interface KeyPair {
  certificate: string
  key: string
}

/** Runs `work` in a folder that only this user can read, and removes it afterwards. */
async function inPrivateFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dway-'))
  try {
    return await work(folder)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

const read = (folder: string, name: string) => fs.readFileSync(path.join(folder, name), 'utf8')

/** What a certificate is for: to be a server, or also to be the client of one. */
export type Usage = 'server' | 'client'

/**
 * A new certificate authority for this machine alone, valid for ten years. Its name ends in its key's fingerprint: NSS
 * takes two authorities of one name for the same one.
 */
export function createAuthority(): Promise<KeyPair> {
  return inPrivateFolder(async (folder) => {
    const run = $({ cwd: folder })
    await must(
      'the key of the local CA was not made',
      run`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key`,
    )
    const key = read(folder, 'ca.key')
    const digest = createHash('sha256').update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    const subject = `/O=DwayBank development/CN=DwayBank local CA ${digest.digest('hex').slice(0, 16)}`
    const extensions = ['-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0']
    extensions.push('-addext', 'keyUsage=critical,keyCertSign,cRLSign')
    await must(
      'the local CA was not made',
      run`openssl req -x509 -key ca.key -days 3650 -subj ${subject} ${extensions} -out ca.crt`,
    )
    return { certificate: read(folder, 'ca.crt'), key }
  })
}

/**
 * A certificate by the given authority, followed by that one's own.
 * @param options.names DNS names and IP addresses, the first of them the subject
 * @param options.days how long it is valid; Mozilla's profile accepts no more than 366
 */
export function issueCertificate(
  authority: KeyPair,
  options: { names: readonly string[]; usages: readonly Usage[]; days?: number },
): Promise<KeyPair> {
  const { names, usages, days = 365 } = options
  return inPrivateFolder(async (folder) => {
    const file = (name: string, content: string) =>
      fs.writeFileSync(path.join(folder, name), content, { mode: 0o600 })
    file('ca.crt', authority.certificate)
    file('ca.key', authority.key)
    const alternatives = names
      .map((name) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`))
      .join(',')
    const extended = usages.map((usage) => `${usage}Auth`).join(',')
    file(
      'extensions',
      `basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=${extended}\nsubjectAltName=${alternatives}\n`,
    )
    const run = $({ cwd: folder })
    await must(
      'no request for a certificate',
      run`openssl req ${newKey} -subj ${`/CN=${names[0] ?? ''}`} -keyout tls.key -out tls.csr`,
    )
    await must(
      'no certificate was issued',
      run`openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days ${days} -extfile extensions -out tls.crt`,
    )
    return { certificate: read(folder, 'tls.crt') + authority.certificate, key: read(folder, 'tls.key') }
  })
}
