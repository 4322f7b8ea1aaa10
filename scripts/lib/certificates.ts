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

/** A new certificate authority for this machine alone, valid for ten years. */
export function createAuthority(): Promise<KeyPair> {
  return inPrivateFolder(async (folder) => {
    const subject = `/O=DwayBank development/CN=DwayBank local CA ${os.hostname()}`
    const extensions = ['-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0']
    extensions.push('-addext', 'keyUsage=critical,keyCertSign,cRLSign')
    await must(
      'the local CA was not made',
      $({
        cwd: folder,
      })`openssl req -x509 ${newKey} -days 3650 -subj ${subject} ${extensions} -keyout ca.key -out ca.crt`,
    )
    return { certificate: read(folder, 'ca.crt'), key: read(folder, 'ca.key') }
  })
}

/**
 * A server certificate by the given authority.
 * @param names DNS names and IP addresses, the first of them the subject
 * @param days how long it is valid; Mozilla's profile accepts no more than 366
 */
export function issueServerCertificate(
  authority: KeyPair,
  names: readonly string[],
  days = 365,
): Promise<KeyPair> {
  return inPrivateFolder(async (folder) => {
    const file = (name: string, content: string) =>
      fs.writeFileSync(path.join(folder, name), content, { mode: 0o600 })
    file('ca.crt', authority.certificate)
    file('ca.key', authority.key)
    const alternatives = names
      .map((name) => (/^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`))
      .join(',')
    file(
      'extensions',
      `basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=${alternatives}\n`,
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
