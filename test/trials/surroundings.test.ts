import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import {
  docker,
  killNodeAndTakePort,
  leavePort,
  squatter,
  trialHttpsPort,
  trialNode,
} from '../support/trial-engine.ts'
import { long } from '../support/long.ts'
import {
  dway,
  type Ended,
  succeeded,
  trialEnvironment,
  trialKubectl,
  trialNames,
  trialPath,
} from '../support/trial.ts'

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 })

const registry = `${trialNames.cluster}-registry`

/** The last line that a command printed: what it ended with. */
const lastLine = ({ stderr }: Ended) => stderr.trim().split('\n').at(-1)

/** Loads the bank's data, or finds that all of it is there. */
async function seed(): Promise<{ changed: boolean; digest: string }> {
  return JSON.parse(succeeded('seed', await dway('seed', '--json')).stdout) as {
    changed: boolean
    digest: string
  }
}

/** Everything that the engine holds, by name, without what other checkouts have. */
function holdings(): string[] {
  const lists = [
    ['ps', '--all', '--format', '{{.Names}}'],
    ['network', 'ls', '--format', '{{.Name}}'],
    ['volume', 'ls', '--format', '{{.Name}}'],
  ]
  const names = lists.flatMap((words) => docker(...words).split('\n'))
  return names.filter((name) => name.includes(trialNames.cluster)).sort()
}

/** The volumes without a name that the node holds. */
const nodeVolumes = () =>
  docker(
    'inspect',
    '--format',
    '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}',
    trialNode,
  )
    .split('\n')
    .filter(Boolean)

afterEach(async () => {
  delete trialEnvironment['DWAY_HTTPS_PORT']
  delete trialEnvironment['DWAY_POD_SUBNET']
  leavePort()
  succeeded('the bank did not heal', await dway('up'))
})

describe('what may be missing under a bank that ran', () => {
  it('a killed node, its port taken meanwhile, comes back with all data; a second up waits for the first', async () => {
    const { digest } = await seed()
    const port = killNodeAndTakePort()
    expect(lastLine(await dway('status'))).toBe(
      'dway status: nothing is up, the node is stopped: ./dway up heals it',
    )
    const refused = await dway('up')
    expect(refused.exitCode).toBe(3)
    expect(lastLine(refused)).toBe(
      `dway up: the cluster needs its port back: port ${port} is held by the container ${squatter}. End that and run ./dway up again, which keeps the data; or make a new cluster by ./dway down and ./dway up`,
    )
    leavePort()
    const both = await Promise.all([dway('up'), dway('up')])
    for (const ended of both) succeeded('up', ended)
    const waited = both.filter(({ stderr }) =>
      /changes the stack \(process \d+\): waiting for it/.test(stderr),
    )
    expect(waited).toHaveLength(1)
    expect(await seed()).toMatchObject({ changed: false, digest })
  })

  it.runIf(long)('a registry that is gone with its layers is made anew, and pushed to again', async () => {
    docker('rm', '--force', registry)
    docker('volume', 'rm', registry)
    const healed = succeeded('up', await dway('up'))
    expect(healed.stderr).toContain('stop Tilt, whose registry was gone')
    const repositories = docker('exec', registry, 'ls', '/var/lib/registry/docker/registry/v2/repositories')
    expect(repositories.split('\n')).toContain('dway_api')
  })
})

describe('settings that come too late', () => {
  it('a port other than the one that the cluster was made with is refused', async () => {
    const port = trialHttpsPort()
    trialEnvironment['DWAY_HTTPS_PORT'] = '9443'
    const refused = await dway('up')
    expect(refused.exitCode).toBe(2)
    expect(lastLine(refused)).toBe(
      `dway up: DWAY_HTTPS_PORT is 9443, but this checkout's cluster was made with ${port}: run ./dway down before, or leave it out`,
    )
  })

  it('a range that is none is refused', async () => {
    trialEnvironment['DWAY_POD_SUBNET'] = '172.20.0.0'
    const refused = await dway('up')
    expect(refused.exitCode).toBe(2)
    expect(lastLine(refused)).toContain("DWAY_POD_SUBNET is '172.20.0.0', but it must be an IPv4 range")
  })
})

describe("somebody else's cluster", () => {
  it('is asked nothing, even as the current context, and keeps its entry', async () => {
    const requests: string[] = []
    const server = http.createServer((request, response) => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''}`)
      response.writeHead(403).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const file = trialEnvironment['KUBECONFIG'] ?? ''
    interface Entry {
      name: string
    }
    type Config = Record<'clusters' | 'contexts' | 'users', Entry[]> & { 'current-context': string }
    const read = () => parse(fs.readFileSync(file, 'utf8')) as Config
    const foreign = {
      clusters: { name: 'prod', cluster: { server: address } },
      contexts: { name: 'prod', context: { cluster: 'prod', user: 'ada', namespace: 'money' } },
      users: { name: 'ada', user: { token: 'not-ours' } },
    }
    const kinds = ['clusters', 'contexts', 'users'] as const
    const before = read()
    const mixed = { ...before, 'current-context': 'prod' }
    for (const kind of kinds) mixed[kind] = [...before[kind], foreign[kind]]
    try {
      fs.writeFileSync(file, stringify(mixed))
      succeeded('status', await dway('status'))
      succeeded('seed', await dway('seed'))
      fs.writeFileSync(file, stringify(mixed))
      succeeded('logs', await dway('logs', 'api'))
      // What is typed by hand does go there: the server would have seen it.
      fs.writeFileSync(file, stringify(mixed))
      succeeded('up', await dway('up'))
      for (const kind of kinds) expect(read()[kind]).toContainEqual(foreign[kind])
      expect(requests).toEqual([])
      const byHand = await trialKubectl(['--context', 'prod', 'get', 'pods'])
      expect(byHand.exitCode).not.toBe(0)
      expect(requests).not.toEqual([])
    } finally {
      fs.writeFileSync(file, stringify(before))
      server.close()
    }
  })
})

describe('commands at once', () => {
  it.runIf(long)('down ends an up that makes the cluster, and leaves nothing behind', async () => {
    succeeded('down', await dway('down', '--yes', '--volumes'))
    expect(holdings()).toEqual([])
    const up = dway('up')
    await vi.waitFor(() => expect(holdings()).toContain(trialNode), { timeout: 120_000, interval: 500 })
    const volumes = nodeVolumes()
    expect(volumes).not.toEqual([])
    const down = succeeded('down', await dway('down', '--yes', '--volumes'))
    expect(down.stderr).toMatch(/what \.\/dway up does now \(process \d+\), which is ended first/)
    expect(down.stderr).toMatch(/the engine keeps [\d.]+ \w+ of images, .* \.\/dway prune/)
    expect((await up).exitCode).not.toBe(0)
    expect(holdings()).toEqual([])
    const left = docker('volume', 'ls', '--quiet').split('\n')
    for (const volume of volumes) expect(left).not.toContain(volume)
    for (const file of ['https-port', 'kind.yaml', 'creating', 'kubeconfig', 'lock'])
      expect(fs.existsSync(trialPath('.dway', file)), file).toBe(false)
    expect(fs.readFileSync(trialEnvironment['KUBECONFIG'] ?? '', 'utf8')).not.toContain(trialNames.cluster)
  })
})
