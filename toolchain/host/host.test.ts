import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'

const here = import.meta.dirname
const root = path.join(here, '../..')
let state: string

beforeEach(() => {
  state = fs.mkdtempSync(path.join(os.tmpdir(), 'dway-host-'))
})

/** Runs a piece of bash with the host part loaded, as ./dway does. */
function bash(script: string, environment: Record<string, string> = {}) {
  const load = ['steps', 'settings', 'engine', 'toolbox'].map((name) => `. "${here}/${name}.sh"`).join('; ')
  const prelude = `set -euo pipefail; root="${root}"; state="${state}"; host_settings="$state/host"; mkdir -p "$host_settings"; ${load};`
  const result = spawnSync('bash', ['-c', prelude + script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: state, ...environment },
  })
  return { output: result.stdout.trim(), errors: result.stderr.trim(), code: result.status }
}

/** Runs ./dway itself with words that end before an engine is needed. */
function dway(...words: string[]) {
  const result = spawnSync('bash', [path.join(root, 'dway'), ...words], { encoding: 'utf8' })
  return { output: result.stdout, errors: result.stderr.trim(), code: result.status }
}

describe('words that are wrong', () => {
  it('suggests the verb that was meant', () => {
    expect(dway('statsu')).toMatchObject({
      code: 2,
      errors: "dway: there is no verb 'statsu'. Did you mean 'status'? See ./dway help.",
    })
  })

  it('suggests the flag that was meant, before anything is built', () => {
    expect(dway('up', '--wrokers', '2')).toMatchObject({
      code: 2,
      errors: "dway: up has no flag '--wrokers'. Did you mean '--workers'? See ./dway up --help.",
    })
  })

  it('suggests nothing for a word that is like none', () => {
    expect(dway('xyzzyplugh').errors).toBe("dway: there is no verb 'xyzzyplugh'. See ./dway help.")
  })
})

describe('help', () => {
  it('has a line for every verb', () => {
    const { output, code } = dway('help')
    expect(code).toBe(0)
    for (const verb of [
      'up',
      'down',
      'status',
      'seed',
      'verify',
      'test',
      'logs',
      'shell',
      'secrets',
      'help',
    ]) {
      expect(output).toMatch(new RegExp(`^ {2}${verb} +\\S`, 'm'))
    }
  })

  it('explains each verb', () => {
    for (const verb of ['up', 'down', 'status', 'seed', 'verify', 'test', 'logs', 'shell', 'secrets']) {
      expect(dway(verb, '--help').output).toContain(`Usage: ./dway ${verb}`)
    }
  })
})

describe('settings of the host', () => {
  it('refuses a source that does not exist', () => {
    const { errors, code } = bash('choose_source', { DWAY_SOURCE: 'mirorr' })
    expect(code).toBe(1)
    expect(errors).toBe("dway: DWAY_SOURCE is 'mirorr', but it must be auto, upstream or mirror.")
  })

  it('copies every certificate of a folder, also a linked one', () => {
    const folder = path.join(state, 'certificates')
    fs.mkdirSync(folder)
    fs.writeFileSync(path.join(folder, 'a b.crt'), 'one')
    fs.writeFileSync(path.join(state, 'two.pem'), 'two')
    fs.symlinkSync(path.join(state, 'two.pem'), path.join(folder, 'two.pem'))
    const { code } = bash('collect_certificates', { DWAY_CA_CERTIFICATES: folder })
    expect(code).toBe(0)
    const copied = fs.readdirSync(path.join(state, 'host/certificates'))
    expect(copied).toHaveLength(2)
    expect(copied.every((name) => name.endsWith('.crt'))).toBe(true)
  })

  it('names a certificate setting that leads nowhere', () => {
    const { errors, code } = bash('collect_certificates', { DWAY_CA_CERTIFICATES: '/nowhere' })
    expect(code).toBe(1)
    expect(errors).toBe('dway: DWAY_CA_CERTIFICATES names /nowhere, which does not exist.')
  })

  it('takes npm and Go settings from where the clients keep them, and lets DWAY_ variables win', () => {
    fs.writeFileSync(
      path.join(state, '.npmrc'),
      'registry=https://npm.bank.example/\nfund=false\nomit-lockfile-registry-resolved=true\n',
    )
    bash('collect_package_settings', { GOPROXY: 'https://go.bank.example' })
    expect(fs.readFileSync(path.join(state, 'host/npmrc'), 'utf8')).toBe(
      'registry=https://npm.bank.example/\n',
    )
    expect(fs.readFileSync(path.join(state, 'host/goenv'), 'utf8')).toContain(
      'GOPROXY=https://go.bank.example\n',
    )
    bash('collect_package_settings', { DWAY_NPM_REGISTRY: 'https://other.example/', DWAY_GOPROXY: 'off' })
    expect(fs.readFileSync(path.join(state, 'host/npmrc'), 'utf8')).toMatch(
      /registry=https:\/\/other\.example\/\n$/,
    )
    expect(fs.readFileSync(path.join(state, 'host/goenv'), 'utf8')).toContain('GOPROXY=off\n')
  })

  it('keeps package settings, which may carry credentials, to their owner', () => {
    bash('collect_package_settings')
    for (const name of ['apt.conf', 'npmrc', 'goenv', 'pip.conf']) {
      expect(fs.statSync(path.join(state, 'host', name)).mode & 0o077).toBe(0)
    }
  })

  it('reads every version', () => {
    const { output } = bash('load_versions; echo "$NODE_VERSION $MIRROR_KUBERNETES_VERSION"')
    expect(output).toMatch(/^\d+\.\d+\.\d+ \d+\.\d+\.\d+$/)
  })
})

describe('the step printer', () => {
  it('shows the end of the log of a step that fails, and how to go on', () => {
    const { errors, code } = bash(
      'mkdir -p "$state/logs"; broken() { echo "the cause"; return 3; }; step "build it" broken',
    )
    expect(code).toBe(1)
    expect(errors).toContain('✗ build it after')
    expect(errors).toContain('    the cause')
    expect(errors).toContain(
      'build it failed. What was built so far is kept: mend the cause and run the same command again.',
    )
  })
})

describe('reaching upstream', () => {
  /** A docker whose pull prints a line and fails. */
  const failing = (line: string) =>
    `docker() { :; }; fake() { echo "${line}"; return 1; }; docker_command=(fake); UPSTREAM_DEBIAN_IMAGE=debian; mkdir -p "$state/logs"; `

  it('falls back to mirrors when nothing answers', () => {
    const { output } = bash(
      failing('dial tcp: lookup registry: no such host') + 'upstream_answers || echo mirror',
    )
    expect(output).toBe('mirror')
  })

  it('never falls back from what upstream answers', () => {
    const { errors, code } = bash(failing('manifest digest mismatch') + 'upstream_answers || echo mirror')
    expect(code).toBe(1)
    expect(errors).toContain('upstream answers, but the base image was not pulled: manifest digest mismatch')
  })
})

describe('the lock of a checkout', () => {
  it('is taken over from a process that is gone, and held by one that lives', () => {
    const { output } = bash(
      'echo 999999 >"$state/build.lock"; lock_checkout; cat "$state/build.lock"; unlock_checkout; ls "$state" | grep -c lock || true',
    )
    expect(output).toMatch(/^\d+\n0$/)
    expect(output).not.toContain('999999')
  })

  it('never lets two in', () => {
    const one =
      'for i in $(seq 20); do lock_checkout; mkdir "$state/inside" || echo double; rmdir "$state/inside"; unlock_checkout; done'
    // Each contender is a shell of its own, because a subshell has its parent's process number.
    const { output } = bash(
      `export -f $(compgen -A function); export state root; for n in 1 2 3; do bash -c 'exec 3>/dev/null; ${one.replaceAll("'", "'\\''")}' & done; wait`,
    )
    expect(output).toBe('')
  })
})
