import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ensureBrowserImage,
  inBrowserContainer,
  journeySetupFile,
  type JourneySetup,
} from '../../scripts/lib/browser.ts'
import { runLogged } from '../../scripts/lib/tests.ts'
import { statePath } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import {
  devcontainer,
  devcontainerAt,
  keepLog,
  lifecycleTimes,
  mainCheckout,
  makeWorktree,
  onHost,
  removeWorktree,
  worktree,
} from '../support/dev-container.ts'
import { shareLayers } from '../support/layers.ts'
import { serveEngineAt } from '../support/socket.ts'

const codespace = { name: 'orange-space-palm-tree', domain: 'app.github.dev' }
const asCodespace = [
  'CODESPACES=true',
  `CODESPACE_NAME=${codespace.name}`,
  `GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN=${codespace.domain}`,
].flatMap((variable) => ['--remote-env', variable])

/** Runs a command in the dev container, as an editor's terminal does. */
const inside = (...words: string[]) => devcontainer('exec', ...words)
/** The same with the variables that a Codespace has. */
const inCodespace = (...words: string[]) => devcontainer('exec', ...asCodespace, ...words)

let opened: { outcome: string; containerId: string; remoteUser: string }

beforeAll(async () => {
  await removeWorktree()
  await makeWorktree()
  await shareLayers(worktree)
  const up = await devcontainer('up', '--log-level', 'info')
  keepLog('up', up)
  expect(up.exitCode, up.stderr).toBe(0)
  opened = JSON.parse(up.stdout.trim().split('\n').at(-1) ?? '') as typeof opened
})

afterAll(async () => {
  await inside('./dway', 'down', '--yes', '--volumes')
  await removeWorktree()
})

describe('the dev container, opened from a worktree', () => {
  it('runs the commands of its life in bounded time', () => {
    const times = lifecycleTimes()
    console.log('lifecycle, in ms:', times)
    expect(Object.keys(times)).toEqual(['initializeCommand', 'onCreateCommand', 'postStartCommand'])
    // Everything was built before; a busy machine with two cores takes a quarter of these.
    expect(times['initializeCommand']).toBeLessThan(30_000)
    expect(times['onCreateCommand']).toBeLessThan(5_000)
    expect(times['postStartCommand']).toBeLessThan(15_000)
  })

  it('lets a user without root use the engine', async () => {
    expect(opened).toMatchObject({ outcome: 'success', remoteUser: 'dwaybank' })
    expect((await inside('id', '--user')).stdout.trim()).toBe(String(process.getuid?.()))
    const engine = await inside('docker', 'version', '--format', '{{.Server.Os}}')
    expect(engine.stdout.trim(), engine.stderr).toBe('linux')
  })

  it('has git as on the host: the same branch, the same author, and commits that both sides see', async () => {
    expect((await inside('git', 'status', '--short', '--branch')).stdout.trim()).toBe('## editing')
    const script =
      'echo inside >from-inside && git add from-inside && git commit --quiet --message "From inside"'
    const commit = await inside('sh', '-c', script)
    expect(commit.exitCode, commit.stderr).toBe(0)
    const log = await onHost('git', ['log', '-1', '--format=%an <%ae>: %s', 'editing'], mainCheckout)
    expect(log.stdout.trim()).toBe('Edith Editor <edith@example.org>: From inside')
    expect(fs.statSync(path.join(worktree, 'from-inside')).uid).toBe(process.getuid?.())
    expect((await onHost('git', ['status', '--short'], worktree)).stdout).toBe('')
  })

  it('brings up the whole bank with tilt ci', { timeout: 600_000 }, async () => {
    const ci = await inCodespace('tilt', 'ci')
    keepLog('tilt-ci', ci)
    console.log(`tilt ci: ${Math.round(ci.seconds)} s`)
    expect(ci.exitCode, ci.stdout.slice(-3000) + ci.stderr.slice(-1000)).toBe(0)
  })
})

describe('the same as a Codespace', () => {
  it('says the forwarded addresses', { timeout: 300_000 }, async () => {
    const up = await inCodespace('./dway', 'up', '--json')
    expect(up.exitCode, up.stderr).toBe(0)
    const { addresses } = JSON.parse(up.stdout) as { addresses: { name: string; url: string }[] }
    const at = (port: number) => `https://${codespace.name}-${port}.${codespace.domain}`
    expect(Object.fromEntries(addresses.map(({ name, url }) => [name, url]))).toEqual({
      'The bank': at(8000),
      Tilt: at(10350),
      pgAdmin: at(8080),
      'redis-commander': at(8081),
    })
  })

  it('is used by requests and a browser through what forwards its ports', { timeout: 300_000 }, async () => {
    const secret = async <T>(name: string) =>
      JSON.parse((await inside('./dway', 'secrets', 'show', name, '--json')).stdout) as T
    const setup: JourneySetup = {
      bank: `https://${codespace.name}-8000.${codespace.domain}`,
      entry: '',
      authority: '',
      pgadmin: await secret<JourneySetup['pgadmin']>('pgadmin-login'),
      redisCommander: await secret<JourneySetup['redisCommander']>('redis-commander-login'),
      tools: await secret<JourneySetup['tools']>('tools-login'),
    }
    const { signal } = new AbortController()
    const image = await ensureBrowserImage(signal)
    fs.writeFileSync(statePath('journey-setup.json'), JSON.stringify(setup), { mode: 0o600 })
    const vitest = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--configLoader',
      'native',
      '--project',
      'codespace',
    ]
    // The container's own network: a forwarded port arrives on its loopback.
    const words = inBrowserContainer(image, `container:${opened.containerId}`, ['node', ...vitest])
    const code = await runLogged('codespace', words, signal)
    fs.rmSync(journeySetupFile, { force: true })
    expect(code, fs.readFileSync(statePath('logs/test-codespace.log'), 'utf8').slice(-6000)).toBe(0)
  })
})

it('leaves nothing of its cluster behind after ./dway down', { timeout: 120_000 }, async () => {
  const down = await inside('./dway', 'down', '--yes', '--volumes')
  expect(down.exitCode, down.stderr).toBe(0)
  const cluster = fs.readFileSync(path.join(worktree, '.dway/instance'), 'utf8').trim()
  for (const kind of ['container', 'network', 'volume']) {
    const { stdout } = await $`docker ${kind} ls --quiet --filter name=${cluster}`
    expect(stdout.trim(), kind).toBe('')
  }
})

describe("an engine that docker's current context names, at a socket with a space in its path", () => {
  it('is the one that the container gets', { timeout: 180_000 }, async () => {
    const socket = statePath('a socket', 'docker.sock')
    const close = await serveEngineAt(socket, '0:4321')
    try {
      // The editor's own process must reach it too; in the toolbox the one who runs this can become anybody.
      await $`sudo chmod 666 ${socket}`
      const up = await devcontainerAt(socket, 'up', '--remove-existing-container')
      expect(up.exitCode, up.stderr).toBe(0)
      await $`sudo chmod 660 ${socket}`
      const { containerId } = JSON.parse(up.stdout.trim().split('\n').at(-1) ?? '') as typeof opened
      const { stdout } = await $`docker inspect --format ${'{{json .Mounts}}'} ${containerId}`
      const mounts = JSON.parse(stdout) as { Source: string; Destination: string }[]
      expect(mounts.find(({ Destination }) => Destination === '/var/run/docker.sock')?.Source).toBe(socket)
      expect((await inside('docker', 'version')).exitCode).toBe(0)
    } finally {
      close()
    }
  })
})
