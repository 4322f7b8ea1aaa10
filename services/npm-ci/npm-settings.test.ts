import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRegistry, type Registry } from '../../test/support/npm-registry.ts'
import { explainNpm } from './npm-error.ts'

// npm itself, with the project's .npmrc, against a registry of its own: what the settings say is what npm does.
const root = path.resolve(import.meta.dirname, '../..')
let registry: Registry
let folder: string

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'npm-'))
  const touch = `touch ${path.join(folder, 'script-ran')}`
  registry = await startRegistry([
    { name: 'good', version: '1.0.0', days: 30 },
    { name: 'young', version: '1.0.0', days: 30 },
    { name: 'young', version: '1.1.0', days: 2 },
    {
      name: 'scripted',
      version: '1.0.0',
      days: 30,
      manifest: { scripts: { install: touch, postinstall: touch } },
    },
    { name: 'picky', version: '1.0.0', days: 30, manifest: { engines: { node: '>=99' } } },
  ])
})
afterAll(async () => {
  await registry.close()
  fs.rmSync(folder, { recursive: true })
})

const file = (name: string) => path.join(folder, 'project', name)
const lockfile = () => fs.readFileSync(file('package-lock.json'), 'utf8')

beforeEach(() => {
  fs.rmSync(path.join(folder, 'project'), { recursive: true, force: true })
  fs.mkdirSync(path.join(folder, 'project'))
  fs.copyFileSync(path.join(root, '.npmrc'), file('.npmrc'))
})

function asksFor(dependencies: Record<string, string>, more = {}): void {
  fs.writeFileSync(file('package.json'), JSON.stringify({ private: true, dependencies, ...more }))
}

function npm(...args: string[]): Promise<{ code: number; output: string }> {
  const { HTTP_PROXY: _http, HTTPS_PROXY: _https, ...environment } = process.env
  const settings = {
    NPM_CONFIG_REGISTRY: registry.url,
    NPM_CONFIG_CACHE: path.join(folder, 'cache'),
    NPM_CONFIG_USERCONFIG: path.join(folder, 'npmrc'),
    NPM_CONFIG_FETCH_RETRIES: '0',
  }
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, {
      cwd: path.join(folder, 'project'),
      env: { ...environment, ...settings },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (output += text.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
const lock = () => npm('install', '--package-lock-only')

describe('.npmrc', { timeout: 60_000 }, () => {
  it('is understood by npm, every line of it', async () => {
    asksFor({})
    const { code, output } = await npm('config', 'list')
    expect(code).toBe(0)
    expect(output).not.toMatch(/unknown|invalid/i)
  })

  it('lets a release come in, without an address in the lockfile', async () => {
    asksFor({ good: '1.0.0' })
    expect(await lock()).toMatchObject({ code: 0 })
    expect(lockfile()).not.toContain('resolved')
    expect(lockfile()).toContain('"integrity": "sha512-')
    expect(await npm('ci')).toMatchObject({ code: 0 })
    expect(fs.existsSync(file('node_modules/good/package.json'))).toBe(true)
  })

  it('runs no install script', async () => {
    asksFor({ scripted: '1.0.0' })
    await lock()
    expect(await npm('ci')).toMatchObject({ code: 0 })
    expect(fs.existsSync(file('node_modules/scripted/package.json'))).toBe(true)
    expect(fs.existsSync(path.join(folder, 'script-ran'))).toBe(false)
    // The trap would have caught something: without the setting it does.
    expect(await npm('rebuild', '--ignore-scripts=false', '--dangerously-allow-all-scripts')).toMatchObject({
      code: 0,
    })
    expect(fs.existsSync(path.join(folder, 'script-ran'))).toBe(true)
  })

  it('takes the newest release that is old enough, and refuses a younger one that is asked for', async () => {
    asksFor({ young: '^1.0.0' })
    await lock()
    expect(lockfile()).toContain('"version": "1.0.0"')
    asksFor({ young: '1.1.0' })
    const { code, output } = await lock()
    expect(code).not.toBe(0)
    expect(explainNpm(output)).toMatch(/young@1\.1\.0.*younger than min-release-age.*\.\/dway npm install$/)
  })

  it.each([
    ['git', { thing: 'git+https://127.0.0.1:1/thing.git' }],
    ['GitHub', { thing: 'github:somebody/thing' }],
    ['an address', { thing: 'http://127.0.0.1:1/thing.tgz' }],
    ['a file', { thing: 'file:./thing.tgz' }],
  ])('lets nothing come from %s', async (_where, dependencies) => {
    asksFor(dependencies)
    const { code, output } = await lock()
    expect(code).not.toBe(0)
    expect(explainNpm(output)).toMatch(
      /is not from the registry, which \.npmrc forbids: .*\.\/dway npm install$/,
    )
  })

  it('enforces the engines of a package', async () => {
    asksFor({ picky: '1.0.0' })
    const { code, output } = await lock()
    expect(code).not.toBe(0)
    expect(explainNpm(output)).toMatch(/^picky@1\.0\.0 does not run with Node and npm of versions\.yaml/)
  })

  it('enforces the engines of the project, and npm then says where packages are changed', async () => {
    const { engines } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      engines: object
    }
    asksFor({ good: '1.0.0' }, { engines: { ...engines, node: '18' } })
    for (const command of ['install', 'add good']) {
      const { code, output } = await npm(...command.split(' '))
      expect(code).not.toBe(0)
      expect(output).toContain(
        'nothing is installed here: ./dway up runs the bank, ./dway npm changes its packages',
      )
    }
    expect(fs.readdirSync(path.join(folder, 'project')).sort()).toEqual(['.npmrc', 'package.json'])
  })
})

describe('what stops npm is said in one line with what mends it', { timeout: 60_000 }, () => {
  const explained = async (run: Promise<{ code: number; output: string }>) => {
    const { code, output } = await run
    expect(code).not.toBe(0)
    const said = explainNpm(output)
    expect(said).not.toContain('\n')
    return said
  }

  it('a package that does not exist', async () => {
    asksFor({ nothing: '1.0.0' })
    expect(await explained(lock())).toMatch(/^the registry has no nothing@1\.0\.0: .*\.\/dway npm install$/)
  })

  it('a version that does not exist', async () => {
    asksFor({ good: '9.0.0' })
    expect(await explained(lock())).toMatch(/good@9\.0\.0.*does not exist.*\.\/dway npm install$/)
  })

  it('a lockfile out of step', async () => {
    asksFor({ good: '1.0.0' })
    await lock()
    asksFor({ good: '1.0.0', young: '1.0.0' })
    expect(await explained(npm('ci'))).toBe(
      'package-lock.json is out of step with a package.json (Missing: young@1.0.0 from lock file): run ./dway npm install',
    )
  })

  it('a package that is not the one that was locked', async () => {
    asksFor({ good: '1.0.0' })
    await lock()
    fs.writeFileSync(
      file('package-lock.json'),
      lockfile().replace(/"sha512-[^"]*"/, `"sha512-${'A'.repeat(86)}=="`),
    )
    expect(await explained(npm('ci'))).toMatch(
      /^a package is not the one that package-lock\.json knows.*git checkout package-lock\.json/,
    )
  })

  it('a registry that is away', async () => {
    asksFor({ absent: '1.0.0' })
    expect(await explained(npm('install', '--package-lock-only', '--registry=http://127.0.0.1:1'))).toMatch(
      /^the npm registry cannot be reached \(ECONNREFUSED\): .*DWAY_NPM_REGISTRY/,
    )
  })

  it('anything else', () => {
    expect(explainNpm('npm error code EWHATEVER\nnpm error something odd happened')).toBe(
      'npm failed (EWHATEVER: something odd happened): see what it says above',
    )
    expect(explainNpm('')).toMatch(/^npm failed \(it said nothing\)/)
  })
})

describe('npm mends by itself what may have happened to a lockfile', { timeout: 60_000 }, () => {
  it.each([
    [
      'a merge',
      '{\n<<<<<<< HEAD\n"lockfileVersion": 3,\n=======\n"lockfileVersion": 3,\n>>>>>>> theirs\n"packages":{}}',
    ],
    ['half of it is gone', '{"packages": {'],
    ['it is empty', ''],
  ])('%s', async (_what, text) => {
    asksFor({ good: '1.0.0' })
    fs.writeFileSync(file('package-lock.json'), text)
    expect(await lock()).toMatchObject({ code: 0 })
    expect(await npm('ci')).toMatchObject({ code: 0 })
  })
})
