import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAuthority } from '../../scripts/lib/certificates.ts'
import { trustedOnHost } from '../../scripts/lib/certs/trusted-on-host.ts'

const here = import.meta.dirname
const [authority, other] = (await Promise.all([createAuthority(), createAuthority()])).map(
  ({ certificate }) => certificate,
) as [string, string]

const digest = (pem: string) => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
const fileName = (pem: string) => `dwaybank-local-ca-${digest(pem).slice(0, 16)}.crt`
const storeName = (pem: string) => `DwayBank local CA ${digest(pem).slice(0, 16)}`

/** Keeps each certificate as a file beside the database, named as in the store. */
const CERTUTIL = `#!/bin/bash
action=$1; shift
while getopts d:t:n:i: option; do declare "$option=$OPTARG"; done
folder=\${d#sql:}
[ ! -e "$folder/locked" ] || [ "$action" = -L ] || exit 1
case $action in
  -A) [ "$t" = C,, ] && cp "$i" "$folder/$n" ;;
  -L) [ -e "$folder/$n" ] ;;
  -D) rm "$folder/$n" ;;
esac
`

/** Puts the folder's files into the bundle that programs read. */
const UPDATE = `#!/bin/bash
cat "$SYSTEM"/usr/local/share/ca-certificates/*.crt >"$SYSTEM/bundle" 2>/dev/null || true
`

let home: string
let state: string
let system: string
let chromium: string
let firefox: string
const folder = '/usr/local/share/ca-certificates'

function install(name: string, script: string): void {
  fs.writeFileSync(path.join(home, 'bin', name), script, { mode: 0o755 })
}

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'dway-trust-'))
  state = path.join(home, 'checkout/.dway')
  system = path.join(home, 'system')
  chromium = path.join(home, '.pki/nssdb')
  firefox = path.join(home, '.mozilla/firefox/a b.default')
  for (const made of [state, path.join(system, folder), path.join(home, 'bin'), chromium, firefox])
    fs.mkdirSync(made, { recursive: true })
  for (const store of [chromium, firefox]) fs.writeFileSync(path.join(store, 'cert9.db'), '')
  install('certutil', CERTUTIL)
  install('update-ca-certificates', UPDATE)
})

/** Runs a piece of bash with the host part loaded, as a user who can be root, unless `script` says otherwise. */
function bash(script: string) {
  const load = ['steps', 'settings', 'engine', 'toolbox', 'trust'].map((name) => `. "${here}/${name}.sh"`)
  const prelude = [
    ...['set -euo pipefail', `root="${home}/checkout"`, `state="${state}"`, ...load],
    ...[
      `system_root="${system}"`,
      'as_root() { "$@"; }',
      'can_be_root() { true; }',
      'uname() { echo Linux; }',
    ],
    // Only what the test has is there.
    `tool() { [ ! -e "${home}/bin/$1" ] || echo "${home}/bin/$1"; }`,
  ]
  const result = spawnSync('bash', ['-c', [...prelude, script].join('\n')], {
    encoding: 'utf8',
    input: '',
    env: { PATH: `${home}/bin:${process.env['PATH'] ?? ''}`, HOME: home, SYSTEM: system },
  })
  return { output: result.stdout.trim(), errors: result.stderr.trim(), code: result.status }
}

function trust(pem = authority, words = '--yes', script = '') {
  fs.writeFileSync(path.join(home, 'pem'), pem)
  return bash(`${script}\ntrust_authority "$(cat "${home}/pem")" trust ${words}`)
}
const untrust = (words = '--yes', script = '') => bash(`${script}\nuntrust_authority untrust ${words}`)

/** What is where: the system's bundle, its folder, and the browsers' stores. */
function stores() {
  const list = (store: string) => fs.readdirSync(store).filter((name) => name !== 'cert9.db')
  const bundle = path.join(system, 'bundle')
  return {
    system: list(path.join(system, folder)),
    bundle: fs.existsSync(bundle) ? fs.readFileSync(bundle, 'utf8') : '',
    chromium: list(chromium),
    firefox: list(firefox),
  }
}

const empty = { system: [], bundle: '', chromium: [], firefox: [] }
const full = {
  system: [fileName(authority)],
  bundle: authority,
  chromium: [storeName(authority)],
  firefox: [storeName(authority)],
}
const recorded = () => trustedOnHost(path.join(state, 'trusted'))

describe('trust', () => {
  it('puts the CA into the stores of system, Chromium and Firefox, and says before which those are', () => {
    const { errors, code } = trust()
    expect(code).toBe(0)
    expect(stores()).toEqual(full)
    expect(recorded()).toEqual([digest(authority).slice(0, 16)])
    const [plan, done] = errors.split('✓')
    for (const said of [
      `${storeName(authority)}, SHA-256 ${digest(authority)}`,
      `  - as ${system}${folder}/${fileName(authority)}, by update-ca-certificates, as root`,
      `  - into ${chromium}, as '${storeName(authority)}'`,
      `  - into ${firefox}, as '${storeName(authority)}'`,
    ])
      expect(plan).toContain(said)
    expect(done).toContain(`${storeName(authority)} is in`)
  })

  it('does nothing without a yes', () => {
    const { errors, code } = trust(authority, '')
    expect(errors).toMatch(/dway: nothing was done: there is nobody to ask, so add --yes$/)
    expect(code).toBe(1)
    expect(stores()).toEqual(empty)
    expect(recorded()).toEqual([])
  })

  it('asks nothing when all is as it should be', () => {
    trust()
    expect(trust(authority, '')).toMatchObject({ code: 0, errors: '· this machine trusts the CA already' })
  })

  it('puts the new CA in the place of the one before, and both where both are in use', () => {
    trust(other)
    expect(trust(authority + other).code).toBe(0)
    expect(stores().chromium.sort()).toEqual([storeName(authority), storeName(other)].sort())
    const { errors } = trust()
    expect(errors).toContain(`It takes out of every store:\n  - ${storeName(other)}, the CA of before`)
    expect(stores()).toEqual(full)
    expect(recorded()).toEqual([digest(authority).slice(0, 16)])
  })

  it('without certutil, says how browsers can be told, does the rest, and ends with 1', () => {
    fs.rmSync(path.join(home, 'bin/certutil'))
    const { errors, code } = trust()
    expect(code).toBe(1)
    expect(errors).toContain(
      `✗ certutil is missing (Debian and Ubuntu: libnss3-tools; Fedora: nss-tools): install it and run this again, or import ${state}/authority/${fileName(authority)} in the settings of the browser of ${chromium}`,
    )
    expect(stores()).toEqual({ ...full, chromium: [], firefox: [] })
  })

  it('without rights, says what somebody with them can do, does the rest, and ends with 1', () => {
    const { errors, code } = trust(authority, '--yes', 'can_be_root() { false; }')
    expect(code).toBe(1)
    expect(errors).toContain(
      `✗ ${system}${folder} needs root: sudo install -m 644 '${state}/authority/${fileName(authority)}' '${system}${folder}/' && sudo update-ca-certificates`,
    )
    expect(stores()).toEqual({ ...full, system: [], bundle: '' })
  })

  it('names the store that refuses', () => {
    fs.writeFileSync(path.join(firefox, 'locked'), '')
    const { errors, code, output } = trust(authority, '--yes --json')
    expect(code).toBe(1)
    expect(errors).toContain(`✗ ${firefox} did not take '${storeName(authority)}'`)
    const data = JSON.parse(output) as { done: string[]; notDone: string[] }
    expect(data.done).toHaveLength(2)
    expect(data.notDone).toHaveLength(1)
  })

  it('says that a system has no store that it knows', () => {
    fs.rmSync(path.join(home, 'bin/update-ca-certificates'))
    const { errors, code } = trust()
    expect(errors).toContain('✗ this system has no store that ./dway knows')
    expect(code).toBe(1)
  })
})

describe('untrust', () => {
  it('takes out what trust put in, and nothing else', () => {
    fs.writeFileSync(path.join(system, folder, 'company.crt'), 'company\n')
    fs.writeFileSync(path.join(system, folder, fileName(other)), other)
    for (const store of [chromium, firefox]) fs.writeFileSync(path.join(store, storeName(other)), other)
    const before = stores()
    trust()
    expect(stores()).not.toEqual(before)
    expect(untrust()).toMatchObject({ code: 0 })
    const after = stores()
    expect(after.bundle).not.toContain(authority)
    expect({ ...after, bundle: '' }).toEqual(before)
    expect(recorded()).toEqual([])
  })

  it('does nothing without a yes, and without anything to take out', () => {
    expect(untrust('')).toMatchObject({
      code: 0,
      errors: '· ./dway put no CA of this checkout into the stores of this machine',
    })
    trust()
    expect(untrust('')).toMatchObject({ code: 1 })
    expect(stores()).toEqual(full)
  })

  it('remembers what it could not take out', () => {
    trust()
    const { errors, code } = untrust('--yes', 'can_be_root() { false; }')
    expect(code).toBe(1)
    expect(errors).toContain(
      `✗ ${system}${folder} needs root: sudo rm '${system}${folder}/${fileName(authority)}' && sudo update-ca-certificates`,
    )
    expect(recorded()).toHaveLength(1)
    expect(untrust().code).toBe(0)
    expect({ ...stores(), bundle: '' }).toEqual(empty)
    expect(recorded()).toEqual([])
  })
})

describe('where the stores are not this shell’s', () => {
  it.each([
    ['macOS', 'uname() { echo Darwin; }', "sudo security add-trusted-cert -d -r trustRoot -k .* '%s'"],
    ['Windows', ':', String.raw`certutil\.exe -user -addstore Root "\$\(wslpath -w '%s'\)"`],
  ])('on %s it prints what to run by hand, and changes nothing', (kind, script, pattern) => {
    if (kind === 'Windows') {
      fs.mkdirSync(path.join(system, 'proc'))
      fs.writeFileSync(path.join(system, 'proc/version'), 'Linux version 6.6-microsoft-standard-WSL2')
    }
    const { errors, code } = trust(authority, '--yes', script)
    expect(code).toBe(1)
    const file = path.join(state, 'authority', fileName(authority))
    expect(errors).toMatch(new RegExp(pattern.replace('%s', file.replaceAll('.', '\\.'))))
    expect(fs.readFileSync(file, 'utf8')).toBe(authority)
    expect(stores()).toEqual(empty)
    const sha1 = new X509Certificate(authority).fingerprint.replaceAll(':', '').toLowerCase()
    const out = untrust('--yes', script)
    expect(out.errors).toContain(sha1)
    expect(out.code).toBe(1)
  })
})

it('a word too many is refused before anything is looked for', () => {
  const result = spawnSync('bash', [path.join(here, '../../dway'), 'certs', 'trust', 'more'], {
    encoding: 'utf8',
  })
  expect(result.stderr).toContain("'more' is a word too many")
  expect(result.status).toBe(2)
})
