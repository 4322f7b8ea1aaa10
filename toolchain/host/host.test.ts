import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { names } from '../../scripts/lib/settings.ts'

const here = import.meta.dirname
const root = path.join(here, '../..')
let state: string

beforeEach(() => {
  state = fs.mkdtempSync(path.join(os.tmpdir(), 'dway-host-'))
})

/** Runs a piece of bash with the host part loaded, as ./dway does. */
function bash(script: string, environment: Record<string, string> = {}) {
  const load = ['steps', 'settings', 'engine', 'images', 'toolbox', 'lock']
    .map((name) => `. "${here}/${name}.sh"`)
    .join('; ')
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
  const verbs = [
    'up',
    'down',
    'status',
    'seed',
    'ledger',
    'backup',
    'backups',
    'restore',
    'drill',
    'verify',
    'test',
    'logs',
    'shell',
    'secrets',
    'certs',
    'prune',
  ]

  it('has a line for every verb', () => {
    const { output, code } = dway('help')
    expect(code).toBe(0)
    for (const verb of [...verbs, 'help']) {
      expect(output).toMatch(new RegExp(`^ {2}${verb} +\\S`, 'm'))
    }
  })

  it('explains each verb', () => {
    for (const verb of verbs) {
      expect(dway(verb, '--help').output).toContain(`Usage: ./dway ${verb}`)
    }
  })
})

it('the version is what git calls the commit that the checkout is of', () => {
  const words = ['-C', root, 'describe', '--tags', '--always', '--dirty']
  const commit = spawnSync('git', words, { encoding: 'utf8' }).stdout
  expect(dway('--version')).toEqual({ code: 0, errors: '', output: `DwayBank platform ${commit}` })
  expect(dway('help').output).toContain('./dway --version')
})

describe('settings of the host', () => {
  it('refuses a source that does not exist', () => {
    const { errors, code } = bash('choose_source', { DWAY_SOURCE: 'mirorr' })
    expect(code).toBe(2)
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

  it('leaves out the CA of a bank that this machine was told to trust', () => {
    const folder = path.join(state, 'certificates')
    fs.mkdirSync(folder)
    fs.writeFileSync(path.join(folder, 'company.crt'), 'one')
    fs.writeFileSync(path.join(folder, 'dwaybank-local-ca-0123456789abcdef.crt'), 'own')
    expect(bash('collect_certificates', { DWAY_CA_CERTIFICATES: folder }).code).toBe(0)
    const copied = path.join(state, 'host/certificates')
    expect(fs.readdirSync(copied).map((name) => fs.readFileSync(path.join(copied, name), 'utf8'))).toEqual([
      'one',
    ])
  })

  it('names a certificate setting that leads nowhere', () => {
    const { errors, code } = bash('collect_certificates', { DWAY_CA_CERTIFICATES: '/nowhere' })
    expect(code).toBe(2)
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

  it("takes Maven's settings as they are, and lets a mirror of ours or a proxy stand for them", () => {
    const read = () => fs.readFileSync(path.join(state, 'host/settings.xml'), 'utf8')
    const noProxy = { HTTPS_PROXY: '', https_proxy: '', NO_PROXY: '' }
    bash('collect_package_settings', noProxy)
    expect(read()).toBe('<settings>\n</settings>\n')
    bash('collect_package_settings', { ...noProxy, HTTPS_PROXY: 'http://ann:secret@proxy.bank.example:3128' })
    expect(read()).toContain('<host>proxy.bank.example</host><port>3128</port>')
    expect(read()).toContain('<username>ann</username><password>secret</password>')
    fs.mkdirSync(path.join(state, '.m2'))
    fs.writeFileSync(path.join(state, '.m2/settings.xml'), '<settings>of the host</settings>\n')
    bash('collect_package_settings', noProxy)
    expect(read()).toBe('<settings>of the host</settings>\n')
    bash('collect_package_settings', { ...noProxy, DWAY_MAVEN_MIRROR: 'https://maven.bank.example/' })
    expect(read()).toContain('<mirrorOf>*</mirrorOf><url>https://maven.bank.example/</url>')
  })

  it('keeps package settings, which may carry credentials, to their owner', () => {
    bash('collect_package_settings')
    for (const name of ['apt.conf', 'npmrc', 'goenv', 'pip.conf', 'settings.xml']) {
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
    expect(code).toBe(3)
    expect(errors).toContain('upstream answers, but the base image was not pulled: manifest digest mismatch')
  })
})

describe('the engine', () => {
  /** A docker whose current context points to the given address, and whose engine says what it is. */
  const docker = (address: string, about = '') => `
    docker() {
      case "$*" in
        *OperatingSystem*) echo "${about}" ;;
        *SecurityOptions*) echo "[name=seccomp,profile=builtin${about}]" ;;
        context*) echo "${address}" ;;
        *) return 1 ;;
      esac
    }; `

  it.each([
    ['that docker asks by itself', docker('unix:///var/run/docker.sock'), {}, '/var/run/docker.sock'],
    ['of the current context', docker('unix:///run/user/1000/docker.sock'), {}, '/run/user/1000/docker.sock'],
    [
      'that DOCKER_HOST names, in a folder with a space',
      docker('unix:///elsewhere'),
      { DOCKER_HOST: 'unix:///my sockets/docker.sock' },
      '/my sockets/docker.sock',
    ],
    [
      'of Docker Desktop, which is in its virtual machine',
      docker('unix:///home/ada/.docker/desktop/docker.sock', 'Docker Desktop'),
      {},
      '/var/run/docker.sock',
    ],
  ])('is mounted by the socket %s', (_which, fake, environment, socket) => {
    expect(bash(`${fake} docker_socket`, environment).output).toBe(socket)
  })

  it.each(['tcp://10.0.0.1:2376', 'ssh://ada@bank.example'])('at %s is refused in one line', (address) => {
    const inContext = bash(`${docker(address)} ensure_engine`)
    const byVariable = bash(`${docker('unix:///var/run/docker.sock')} ensure_engine`, {
      DOCKER_HOST: address,
    })
    for (const { errors, code } of [inContext, byVariable]) {
      expect(code).toBe(3)
      expect(errors).toMatch(
        new RegExp(`^dway: the Docker engine is at ${address}, .* 'docker context use default'[^\n]*$`),
      )
    }
  })

  it('that does not answer at an address of its own is neither installed nor started', () => {
    const { errors, code } = bash(`${docker('unix:///nowhere.sock')} ensure_engine`)
    expect(code).toBe(3)
    expect(errors).toMatch(/^dway: no Docker engine answers at unix:\/\/\/nowhere\.sock,[^\n]*$/)
  })

  it("without root is used as root, because inside it the files are root's", () => {
    expect(bash(`${docker('unix:///x', ',name=rootless')} toolbox_user`).output).toBe('root')
    expect(bash(`${docker('unix:///x')} toolbox_user`).output).toBe('dwaybank')
  })
})

describe('what the container mounts', () => {
  /** A checkout, a worktree of it, and one whose path to it is relative, as newer versions of git write it. */
  function checkouts(): { main: string; absolute: string; relative: string } {
    const main = path.join(state, 'main')
    const absolute = path.join(state, 'work tree')
    const relative = path.join(state, 'relative')
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        cwd: state,
        encoding: 'utf8',
      })
    git('init', '--quiet', main)
    git('-C', main, 'commit', '--quiet', '--allow-empty', '--message', 'first')
    git('-C', main, 'worktree', 'add', '--quiet', '--detach', absolute)
    git('-C', main, 'worktree', 'add', '--quiet', '--detach', relative)
    fs.writeFileSync(path.join(relative, '.git'), 'gitdir: ../main/.git/worktrees/relative\n')
    return { main, absolute, relative }
  }
  const common = (checkout: string) => bash(`root="${checkout}"; git_common_folder`).output

  it('is the folder that a worktree shares, whichever way it points there', () => {
    const { main, absolute, relative } = checkouts()
    expect(common(absolute)).toBe(path.join(main, '.git'))
    expect(common(relative)).toBe(path.join(main, '.git'))
  })

  it('is the folder of a submodule', () => {
    const folder = path.join(state, 'outer/.git/modules/bank')
    const bank = path.join(state, 'outer/bank')
    fs.mkdirSync(path.dirname(folder), { recursive: true })
    spawnSync('git', ['init', '--quiet', '--separate-git-dir', folder, bank])
    expect(common(bank)).toBe(folder)
  })

  it('is nothing more where git is in the checkout, missing, or leads nowhere', () => {
    const { main, absolute } = checkouts()
    expect(common(main)).toBe('')
    expect(common(state)).toBe('')
    fs.writeFileSync(path.join(absolute, '.git'), 'gitdir: /nowhere/.git/worktrees/x\n')
    expect(common(absolute)).toBe('')
  })

  it('is refused with a comma or a quote in it', () => {
    const { errors, code } = bash(`mount_json '/a,b' /c`)
    expect(code).toBe(1)
    expect(errors).toContain('the path /a,b has a comma')
  })
})

/** A PATH on which only what every system has is found, and the given stand-ins. */
function pathWith(standIns: Record<string, string>): string {
  const folder = fs.mkdtempSync(path.join(state, 'bin-'))
  for (const tool of ['bash', 'sh', 'awk', 'cat', 'date', 'df', 'grep', 'head', 'mkdir', 'sed', 'tail']) {
    const found = spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim()
    fs.symlinkSync(found, path.join(folder, tool))
  }
  const all = { uname: 'echo Linux', id: '[ "$1" = -un ] && echo ada || echo 1000', ...standIns }
  for (const [name, script] of Object.entries(all)) {
    fs.rmSync(path.join(folder, name), { force: true })
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  return folder
}

const deadEngine =
  'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1'
const closedSocket =
  'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1'
const debian = 'os_field() { echo debian; }; '
const fedora = 'os_field() { echo fedora; }; '

describe('an engine that is not there for this user', () => {
  const cases: [string, string, Record<string, string>, Record<string, string>, string][] = [
    [
      'no Docker and no root',
      debian,
      {},
      {},
      "there is no Docker engine on this machine, and installing one needs root or sudo: install Docker (Docker Desktop on macOS and Windows; your distribution's package on Linux), start it, and run this again.",
    ],
    [
      'no Docker, and a sudo that this user may not use',
      debian,
      { sudo: 'exit 1' },
      {},
      "there is no Docker engine on this machine, and installing one needs root or sudo: install Docker (Docker Desktop on macOS and Windows; your distribution's package on Linux), start it, and run this again.",
    ],
    [
      'no Docker where it is not installed by us',
      fedora,
      {},
      {},
      "there is no Docker on this machine: install Docker (Docker Desktop on macOS and Windows; your distribution's package on Linux), start it, and run this again.",
    ],
    [
      'a socket that this user may not open',
      debian,
      { docker: closedSocket, dockerd: 'exit 1' },
      {},
      "ada may not use the Docker engine: run 'sudo usermod -aG docker ada', log in again, and run this again.",
    ],
    [
      'a stopped engine and no root',
      debian,
      { docker: deadEngine, dockerd: 'exit 1' },
      {},
      "the Docker engine is stopped, and ada may not start it: run 'sudo systemctl start docker', or ask who may, and run this again.",
    ],
    [
      'an engine in a virtual machine that is stopped',
      debian,
      { docker: deadEngine, uname: 'echo Darwin' },
      {},
      'the Docker engine does not answer: start it (Docker Desktop, or your virtual machine) and run this again.',
    ],
    [
      'a DOCKER_HOST where nobody answers',
      debian,
      { docker: deadEngine, dockerd: 'exit 1' },
      { DOCKER_HOST: 'unix:///nowhere.sock' },
      'no Docker engine answers at unix:///nowhere.sock, where DOCKER_HOST or the current docker context points: start it, or choose another.',
    ],
    [
      'an engine that is too old',
      debian,
      { docker: 'case "$1" in version) echo 20.10.24 ;; *) exit 1 ;; esac' },
      {},
      'the Docker engine is 20.10.24, but 25 or newer is needed to build and to read images: update it.',
    ],
  ]
  it.each(cases)('says in one line what to do about %s', (_, setup, standIns, environment, line) => {
    const { errors, code } = bash(`${setup}ensure_engine`, { ...environment, PATH: pathWith(standIns) })
    expect(errors).toBe(`dway: ${line}`)
    expect(code).toBe(3)
  })

  it('is started where this user may', () => {
    const docker = `[ -e "${state}/started" ] && echo 26.1.5 || { ${deadEngine}; }`
    const script = `${debian}start_engine() { touch() { : >"$1"; }; touch "$state/started"; }; mkdir -p "$state/logs"; ensure_engine`
    const { errors, code } = bash(script, {
      PATH: pathWith({ docker, dockerd: 'exit 1', id: 'echo 0' }),
    })
    expect(code).toBe(0)
    expect(errors).toMatch(/^✓ start the Docker engine \d+ s$/)
  })
})

describe('room', () => {
  const engine = (memory: number) => `case "$*" in
    *MemTotal*) echo ${memory} ;;
    *DockerRootDir*) echo / ;;
    *) exit 1 ;;
  esac`
  const df = (gigabytes: number) => `echo header; echo "disk 1 1 ${gigabytes * 1024 * 1024} 1% /"`

  it('says how much disk is free, where, and what makes room', () => {
    const { errors, code } = bash('check_disk 20', { PATH: pathWith({ docker: engine(8e9), df: df(3) }) })
    expect(errors).toBe(
      "dway: 3 GB are free on the Docker engine's disk (/), but building needs 20 GB: make room, for example with './dway prune'.",
    )
    expect(code).toBe(3)
    expect(bash('check_disk 20', { PATH: pathWith({ docker: engine(8e9), df: df(20) }) }).code).toBe(0)
  })

  it('says how much memory the engine has', () => {
    const { errors, code } = bash('check_memory', { PATH: pathWith({ docker: engine(4e9) }) })
    expect(errors).toBe('dway: the Docker engine has 4 GB of memory, but 6 GB are needed: give it more.')
    expect(code).toBe(3)
  })

  it('is measured where the engine is, when there is an image to measure with', () => {
    const docker = `case "$*" in "image ls"*) echo f00 ;; "run --rm f00 df"*) ${df(7)} ;; *) exit 1 ;; esac`
    expect(bash('free_disk', { PATH: pathWith({ docker, df: df(3) }) }).output).toBe('7')
  })
})

describe('a step that fails by a fault of the surroundings', () => {
  const failing = (line: string) =>
    `mkdir -p "$state/logs"; broken() { echo '${line}'; return 1; }; step_failure=4 step "build it" broken`
  const docker = 'exit 1'

  it('says that the disk is full', () => {
    const { errors, code } = bash(failing('write /var/lib/docker/x: no space left on device'), {
      PATH: pathWith({ docker }),
    })
    expect(errors.split('\n').at(-1)).toBe(
      "dway: the Docker engine's disk is full, an unknown number of GB are free: './dway prune' frees what caches keep. What was built so far is kept: make room and run the same command again.",
    )
    expect(code).toBe(3)
  })

  it.each([
    'E: Release file for http://deb.example/dists/trixie/InRelease is not valid yet (invalid for another 6h 3min 2s).',
    'x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-11-24T00:00:00Z',
    'npm error code CERT_NOT_YET_VALID',
  ])('says what the clock says after: %s', (line) => {
    const { errors, code } = bash(failing(line), {
      PATH: pathWith({ docker, date: 'echo 2020-01-01 00:00 UTC' }),
    })
    expect(errors.split('\n').at(-1)).toBe(
      `dway: this machine's clock says 2020-01-01 00:00 UTC, but a package source disagrees (${line}): set the clock, or mend that source if the clock is right.`,
    )
    expect(code).toBe(3)
  })

  it('says that the engine stopped', () => {
    const { errors, code } = bash(failing('ERROR: Cannot connect to the Docker daemon at unix:///x'), {
      PATH: pathWith({ docker }),
    })
    expect(errors.split('\n').at(-1)).toBe(
      'dway: the Docker engine stopped: ./dway up starts it again. What was built so far is kept.',
    )
    expect(code).toBe(3)
  })

  it('keeps its own code for everything else', () => {
    const { errors, code } = bash(failing('syntax error'), { PATH: pathWith({ docker }) })
    expect(errors).toContain('dway: build it failed.')
    expect(code).toBe(4)
  })
})

describe('a verb that does not end by itself', () => {
  const end = (docker: string, status: number) =>
    bash(`container=toolbox; explain_end up ${status}`, { PATH: pathWith({ docker }) })

  it('says that the engine stopped, that the toolbox did, or that somebody ended it', () => {
    const answers = (running: boolean) => `case "$1" in version) ;; inspect) echo ${running} ;; esac`
    expect(end(deadEngine, 1)).toMatchObject({
      code: 3,
      errors: 'dway: the Docker engine stopped while up ran: ./dway up starts it again. The data is kept.',
    })
    expect(end(answers(false), 137)).toMatchObject({
      code: 3,
      errors:
        'dway: the toolbox stopped while up ran, perhaps with the Docker engine: run ./dway up. The data is kept.',
    })
    expect(end(answers(true), 143)).toMatchObject({
      code: 1,
      errors: 'dway: up was ended from outside, for example by ./dway down.',
    })
    expect(end(answers(true), 1)).toMatchObject({ code: 0, errors: '' })
  })
})

it('the host and the scripts have one name for what a checkout makes', () => {
  expect(bash('instance_name').output).toBe(names.cluster)
})

describe("where Tilt's page is on the host", () => {
  /** A docker that has the given ports taken, and whose toolbox of this checkout publishes one. */
  const choose = (taken: number[], own = 0) => {
    const patterns = ['none', ...taken.map((port) => `run*127.0.0.1:${port}:*`)].join(' | ')
    const engine = `TOOLBOX_TAG=x; engine() { case "$*" in
      *publish=${own}) echo f00 ;;
      ${patterns}) echo "Bind for 127.0.0.1 failed: port is already allocated" >&2; return 125 ;;
    esac; }; `
    return bash(`${engine} choose_tilt_port; echo "$tilt_port"`)
  }

  it('is the first free port from its own on', () => {
    expect(choose([])).toMatchObject({ output: '10350', errors: '' })
    fs.rmSync(path.join(state, 'tilt-port'))
    expect(choose([10350, 10351])).toMatchObject({ output: '10352', errors: '' })
  })

  it('is the same port again, also while a toolbox that is replaced has it', () => {
    choose([10350])
    expect(choose([])).toMatchObject({ output: '10351', errors: '' })
    expect(choose([10351], 10351)).toMatchObject({ output: '10351', errors: '' })
  })

  it('moves in one line when that port is taken, and stays there', () => {
    choose([])
    expect(choose([10350])).toMatchObject({
      output: '10351',
      errors: "· port 10350 is taken: Tilt's page moves to 10351",
    })
    expect(choose([])).toMatchObject({ output: '10351', errors: '' })
  })
})

describe('what down would remove', () => {
  const anything = (docker: string, ...words: string[]) =>
    bash(`engine() { case "$*" in ${docker} esac; }; made_anything ${words.join(' ')} && echo yes || echo no`)
      .output

  it('is a container, a network or a stopped toolbox of this checkout', () => {
    expect(anything('')).toBe('no')
    expect(anything(`ps*name=${names.cluster}) echo f00 ;;`)).toBe('yes')
    expect(anything(`network*name=${names.cluster}) echo f00 ;;`)).toBe('yes')
    expect(
      anything(`"ps --all --quiet --filter label=devcontainer.local_folder=${root}"*) echo f00 ;;`),
    ).toBe('yes')
  })

  it("is the registry's layers only where that is asked for", () => {
    const layers = `volume*name=${names.cluster}) echo ${names.registryVolume} ;;`
    expect(anything(layers, '--yes')).toBe('no')
    expect(anything(layers, '--yes', '--volumes')).toBe('yes')
  })
})

describe('the lock of a checkout', () => {
  it('is taken over from a process that is gone, and held by one that lives', () => {
    const { output } = bash(
      'echo 999999 >"$state/build.lock"; lock_checkout; cat "$state/build.lock"; unlock_checkout; ls "$state" | grep -c lock || true',
    )
    expect(output).toMatch(/^\d+ \S.*\n0$/)
    expect(output).not.toContain('999999')
  })

  it('is held by nobody, without a word, where there is none', () => {
    expect(bash('prepares_here')).toMatchObject({ code: 0, output: '', errors: '' })
  })

  it('never lets two in', () => {
    const one =
      'for i in $(seq 20); do lock_checkout; mkdir "$state/inside" || echo double; rmdir "$state/inside"; unlock_checkout; done'
    // Each contender is a shell of its own, because a subshell has its parent's process number.
    const { output } = bash(
      `export -f $(compgen -A function); export state root; for n in 1 2 3; do bash -c 'exec 3>/dev/null; ${one.replaceAll("'", "'\\''")}' & done; wait`,
    )
    expect(output).toBe('')
  }, 60_000)
})

describe('a step', () => {
  it('tells what a build does and what took longest so far', () => {
    const log = [
      '#1 [internal] load build definition',
      '#1 DONE 0.0s',
      '#7 [calico 2/3] RUN go build',
      '#9 [kubernetes 3/4] RUN make',
      '#9 12.5 compiling',
      '#7 DONE 75.3s',
      '#8 [tilt 1/2] RUN npm ci',
    ]
    fs.writeFileSync(path.join(state, 'log'), log.join('\n'))
    const { output } = bash('build_stages "$state/log"')
    expect(output).toMatch(/^: (kubernetes, tilt|tilt, kubernetes); slowest so far calico, 75 s$/)
  })

  it('that fails shows the end of its log, what to do, and ends with the code of its kind', () => {
    const script = 'mkdir "$state/logs"; step_failure=4; step "build it" sh -c "echo no such package; exit 9"'
    const { errors, code } = bash(script)
    expect(code).toBe(4)
    expect(errors).toMatch(
      /✗ build it after \d s; the end of .dway\/logs\/build-it.log:\n {4}no such package/,
    )
    expect(errors).toMatch(/dway: build it failed\. .*run the same command again\.$/)
  })

  it('leaves nothing running when it is over', () => {
    const { output } = bash('mkdir "$state/logs"; step "wait" sleep 0.1; jobs -r | wc -l')
    expect(output).toBe('0')
  })
})

it.each(['up', 'status'])('a failure of %s before the toolbox is data too, if that is asked for', (verb) => {
  const { output, code } = dway(verb, '--json', '--wrong')
  expect(code).toBe(2)
  expect(JSON.parse(output)).toMatchObject({
    up: false,
    failure: { exitCode: 2, message: expect.stringContaining("no flag '--wrong'") as string },
  })
})
