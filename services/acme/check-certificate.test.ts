import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'check-certificate-'))
afterAll(() => fs.rmSync(folder, { recursive: true }))

const NAMES = ['bank.example', 'tools.bank.example']
const DAY_MS = 86_400_000

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`)
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

function makeRoot(name: string): void {
  openssl('req', '-x509', ...newKey, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`)
}

/** As openssl takes it: YYYYMMDDHHMMSSZ, so many days from now. */
const time = (days: number) =>
  `${new Date(Date.now() + days * DAY_MS).toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`

/** A certificate by a root, with its key, as NAME.crt and NAME.key. */
function issue(name: string, by: string, { names = NAMES, from = -1, to = 89, ca = false }): void {
  const alternatives = ca ? '' : `subjectAltName=${names.map((one) => `DNS:${one}`).join(',')}\n`
  fs.writeFileSync(path.join(folder, 'extensions'), `basicConstraints=CA:${ca}\n${alternatives}`)
  fs.writeFileSync(path.join(folder, 'index'), '')
  fs.writeFileSync(
    path.join(folder, 'ca.cnf'),
    `[ca]\ndefault_ca=own\n[own]\ndatabase=index\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n`,
  )
  openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
  const when = ['-startdate', time(from), '-enddate', time(to), '-extfile', 'extensions']
  const issuer = ['-cert', `${by}.crt`, '-keyfile', `${by}.key`]
  openssl(
    'ca',
    '-batch',
    '-notext',
    '-config',
    'ca.cnf',
    ...issuer,
    ...when,
    '-in',
    `${name}.csr`,
    '-out',
    `${name}.crt`,
  )
}

makeRoot('root')
makeRoot('stranger')
fs.writeFileSync(path.join(folder, 'nobody.crt'), '')
issue('middle', 'root', { ca: true })
issue('good', 'middle', {})
issue('early', 'middle', { from: 1 })
issue('late', 'middle', { from: -90, to: -1 })
issue('short', 'middle', { names: NAMES.slice(0, 1) })
const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8')
for (const name of ['good', 'early', 'late', 'short'])
  fs.writeFileSync(path.join(folder, `${name}.pem`), read(`${name}.crt`) + read('middle.crt'))

const check = (...files: [chain: string, key: string, roots: string]) => {
  const script = path.join(import.meta.dirname, 'check-certificate.sh')
  const { status, stderr } = spawnSync('bash', [script, ...files, ...NAMES], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, said: stderr.trim() }
}

it('a certificate that can be served is taken', () => {
  expect(check('good.pem', 'good.key', 'root.crt')).toEqual({ status: 0, said: '' })
})

it.each<[string, Parameters<typeof check>, RegExp]>([
  ['with the key of another', ['good.pem', 'short.key', 'root.crt'], /is not of its key/],
  ['that is none', ['nobody.crt', 'good.key', 'root.crt'], /is not of its key, or cannot be read$/],
  ['without one of the names', ['short.pem', 'short.key', 'root.crt'], /is not for tools\.bank\.example$/],
  ['of tomorrow', ['early.pem', 'early.key', 'root.crt'], /is not valid yet: is the clock .* behind\?$/],
  ['of yesterday', ['late.pem', 'late.key', 'root.crt'], /has ended already: is the clock .* ahead\?$/],
  [
    'by a stranger',
    ['good.pem', 'good.key', 'stranger.crt'],
    /is by nobody who is trusted \(.+\): ROOTS_URL/,
  ],
  [
    'by a root that this machine does not know',
    ['good.pem', 'good.key', 'nobody.crt'],
    /is by nobody who is/,
  ],
  ['without its issuer', ['good.crt', 'good.key', 'root.crt'], /is by nobody who is trusted/],
])('a certificate %s is refused, in one line', (_what, files, said) => {
  const found = check(...files)
  expect(found.status).toBe(1)
  expect(found.said).toMatch(said)
  expect(found.said).toMatch(/^the new certificate [^\n]+$/)
})
